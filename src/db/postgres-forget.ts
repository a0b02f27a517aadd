import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { AppError } from '../domain/errors.ts';
import { databaseFault } from './faults.ts';
import type { WriteDb } from './open.ts';
import { withPatience } from './patience.ts';

/** The tables that rows are deleted from, or whose rows change what they hold. The log's own entries are never either. */
const touched = sql`audit_payload, "key", assignment, renewal, equipment, license, product, customer, attribute,
  saved_view, import, import_mapping, idempotency, session, token, setup_token, second_factor, recovery_code, identity,
  throttle, refused_attempt, wrapped_key, "user"`;

/**
 * Frees what deleted rows take up in tables and indexes, for new rows to be written over them, and takes the samples of
 * values that PostgreSQL plans by anew, because they are of the rows that went, word for word. Hinders nobody: false where
 * somebody is in the way.
 */
export async function vacuumTables(admin: WriteDb): Promise<boolean> {
  return await withPatience('upkeep', async () => {
    await sql`vacuum (index_cleanup on, analyze) ${touched}`.execute(admin);
    const isForgotten = await forgetSamplesOfEmptyTables(admin);
    // Only for the owner of the database: others are warned, and nothing is done.
    await sql`vacuum (index_cleanup on) pg_statistic`.execute(admin);
    return isForgotten;
  });
}

/**
 * Writes the tables anew, into files of their own, which hold nothing but what they show. Locks each for that time. Waits
 * before that for transactions that may still see what is gone: rows go along as long as one does.
 */
export async function rewriteTables(admin: WriteDb): Promise<void> {
  await withPatience('upkeep', async () => {
    await untilNobodyLooksBack(admin);
    await sql`vacuum (full, analyze) ${touched}`.execute(admin);
    await forgetSamplesOfEmptyTables(admin);
    await sql`vacuum (full) pg_statistic`.execute(admin);
  });
}

const longestWaitMs = 60_000;
const lookAgainMs = 50;

/**
 * Waits until every transaction in this database has begun after this, and every one that writes on the server: what a new
 * one may see, this one included, goes back to the oldest of those, whatever database it is in.
 */
async function untilNobodyLooksBack(admin: WriteDb): Promise<void> {
  const { rows } = await sql<{ xid: string }>`select pg_current_xact_id()::text as xid`.execute(admin);
  const until = Date.now() + longestWaitMs;
  for (;;) {
    const { rows: older } =
      await sql`select 1 where pg_snapshot_xmin(pg_current_snapshot()) <= ${rows[0]?.xid}::text::xid8
      or exists (select 1 from pg_stat_activity where datname = current_database()
        and pid <> pg_backend_pid() and age(backend_xmin) > age(${rows[0]?.xid}::text::xid8::xid))`.execute(admin);
    if (older.length === 0) return;
    if (Date.now() > until)
      throw new AppError(
        'unavailable',
        'A transaction in this database, or one that writes in another of the same server, that began before has not ended for a minute: what is erased would be kept for it. Nothing was written anew. End it (pg_stat_activity names it), then try again.',
      );
    await setTimeout(lookAgainMs);
  }
}

type Sampled = { table: string; column: string; collation: string };

/** Of a table without rows PostgreSQL takes no new sample and keeps the former one, until a column is given its type again. */
async function forgetSamplesOfEmptyTables(admin: WriteDb): Promise<boolean> {
  for (const [table, texts] of Map.groupBy(await sampledTexts(admin), ({ table }) => table)) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(admin);
    if (rows.length > 0) continue;
    for (const text of texts) if (!(await giveTypeAgain(admin, text))) return false;
  }
  return true;
}

/**
 * Texts of which values are kept; not those that a computed column is made of, which cannot be given their type. Asked of
 * the catalog itself: the views that SQL's standard has for it take a hundred times as long.
 */
async function sampledTexts(admin: WriteDb): Promise<Sampled[]> {
  const { rows } = await sql<Sampled>`select s.tablename as "table", s.attname as "column", o.collname as collation
    from pg_stats s
    join pg_class c on c.relname = s.tablename and c.relnamespace = current_schema()::regnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = s.attname
    join pg_collation o on o.oid = a.attcollation
    where s.schemaname = current_schema() and a.atttypid = 'text'::regtype and s.n_distinct <> 0
      and not exists (select from pg_depend d join pg_attrdef computed on computed.oid = d.objid
        where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass
          and d.refobjid = a.attrelid and d.refobjsubid = a.attnum and computed.adnum <> a.attnum)`.execute(admin);
  return rows;
}

/**
 * Takes the table for a moment, if nobody else has it: whoever wants it next would wait behind this. The order of the
 * column's texts belongs to its type.
 */
async function giveTypeAgain(admin: WriteDb, { table, column, collation }: Sampled): Promise<boolean> {
  try {
    await admin.transaction().execute(async (tx) => {
      await sql`set local lock_timeout = 100`.execute(tx);
      await sql`alter table ${sql.table(table)} alter column ${sql.ref(column)}
        type text collate ${sql.id('pg_catalog', collation)}`.execute(tx);
    });
    return true;
  } catch (error) {
    if (databaseFault(error)?.kind === 'busy') return false;
    throw error;
  }
}
