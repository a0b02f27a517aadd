import { type SqlBool, sql } from 'kysely';
import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { type AuditAction, sealedRowChanges, tokenEndings } from '../../domain/audit/actions.ts';
import type { LogMemory } from '../audit/log-memory.ts';
import { learnInside, rememberedIfProven } from '../audit/read-log.ts';
import { firstTaggedOf } from '../audit/told-by-log.ts';
import type { App } from '../context.ts';
import type { RowOf } from './sealed-columns.ts';

/** The tables whose seals hold the index of the entry that last changed the row. */
export type DatedTable = keyof typeof sealedRowChanges;

/** `isFresh` sees what other servers have just written. */
type Log = { db: ReadDb; app: App; isFresh?: boolean };
type Dated = Readonly<Record<string, unknown>> & { id: string | number; sealed_idx: number };

/**
 * Of these rows the ids of those that are not as the log tells of them: of an older one, which somebody has put back, it
 * tells a later change, and of one that was made in another state of the database, or by entries that were cut off, it tells
 * no change where its seal says one. Its seal is right. Rows that are not held may have been changed since they were read
 * (`rowNow`). What this server has proven of the log tells; a log that it has not read yet, or cannot prove, is asked as it
 * lies there.
 */
export async function olderRows(log: Log, table: DatedTable, rows: readonly Dated[]): Promise<Set<string>> {
  const odd = await notAsTold(log, table, rows);
  // What another server has just written, this one has not read yet.
  const isAhead = rows.some((row) => (odd.get(String(row.id)) ?? row.sealed_idx) < row.sealed_idx);
  const asked = isAhead && !log.isFresh ? await notAsTold({ ...log, isFresh: true }, table, rows) : odd;
  return new Set(asked.keys());
}

/** The entry that the log tells of last, by the id of a row that has the seal of another one. */
async function notAsTold(log: Log, table: DatedTable, rows: readonly Dated[]): Promise<Map<string, number>> {
  if (rows.length === 0) return new Map();
  const { signing } = log.app;
  const isAllTold = (await rememberedIfProven(log.app, log)) !== undefined;
  const asked = isAllTold ? () => -1 : await askedOf(log, table, rows);
  const firstTagged = await firstTaggedOf(log);
  return new Map(
    rows.flatMap((row) => {
      const told = Math.max(toldOf(signing.memory, table, row), asked(row));
      return isOf(row, told, firstTagged) ? [] : [[String(row.id), told]];
    }),
  );
}

/** Whether a row is of the newest entry about it; or, with none since, was sealed as it lay there when tags began. */
function isOf({ sealed_idx: sealed }: Dated, told: number, firstTagged: number): boolean {
  return sealed === told || (sealed > told && sealed === firstTagged - 1);
}

/** Whether a row that a change holds is not the one the log tells of. Throws where the log cannot be proven: nothing is sealed by it. */
export async function isHeldOlder(tx: WriteDb, app: App, table: DatedTable, row: Dated): Promise<boolean> {
  const learned = await learnInside(app, tx);
  const told = [app.signing.memory, learned].map((memory) => toldOf(memory, table, row));
  return !isOf(row, Math.max(...told), await firstTaggedOf({ db: reading(tx), app }));
}

function toldOf(memory: LogMemory, table: DatedTable, row: Dated): number {
  const changed = memory.changed.get(`${table}:${row.id}`) ?? -1;
  if (table !== 'token' || row.revoked_at !== null) return changed;
  return Math.max(changed, memory.restored, memory.tokensEnded.get(`user:${row.user_id}`) ?? -1);
}

/** The same as the log says it in the database. */
async function askedOf(log: Log, table: DatedTable, rows: readonly Dated[]): Promise<(row: Dated) => number> {
  const since = Math.min(...rows.map((row) => row.sealed_idx));
  const subjects = rows.map(({ id }) => `${table}:${id}`);
  const changed = await newestEntries(log, { subjects, since, actions: sealedRowChanges[table] });
  const more = table === 'settings' ? () => -1 : await furtherChanges[table](log, rows, since);
  return (row) => Math.max(changed.get(`${table}:${row.id}`) ?? -1, more(row));
}

type Further = (log: Log, rows: readonly Dated[], since: number) => Promise<(row: Dated) => number>;

/** What else changes such rows, beside the actions that always do. */
const furtherChanges: Record<Exclude<DatedTable, 'settings'>, Further> = {
  /** Recovery codes that were used up. */
  user: async (log, rows, since) => {
    const subjects = rows.map(({ id }) => `user:${id}`);
    const where = sql<SqlBool>`${log.app.database.fragments.jsonText('p.body', 'code')} = 'recovery'`;
    const used = await newestEntries(log, { subjects, since, actions: ['session.opened'], where });
    return ({ id }) => used.get(`user:${id}`) ?? -1;
  },
  /**
   * What ended all tokens of a person: the person's own, or a restore, which ends everybody's. How many it found does not
   * matter: one that somebody had taken out of the table for that moment has ended with the others.
   */
  token: async (log, rows, since) => {
    const owner = (row: Dated) => `user:${row.user_id}`;
    const subjects = [...new Set(rows.map(owner))];
    const where = sql<SqlBool>`${log.app.database.fragments.jsonText('p.body', 'keepTokens')} is null`;
    const ended = await newestEntries(log, { subjects, since, actions: tokenEndings, where });
    const restored = await newestEntries(log, { subjects: ['database:1'], since, actions: ['restore.completed'] });
    const all = restored.get('database:1') ?? -1;
    return (row) => (row.revoked_at === null ? Math.max(all, ended.get(owner(row)) ?? -1) : -1);
  },
};

type Sought = { subjects: readonly string[]; since: number; actions: readonly AuditAction[]; where?: Condition };
type Condition = ReturnType<typeof sql<SqlBool>>;

/**
 * The newest entry with one of these actions about each subject, from `since` on; `where` looks into its content (p), which
 * may be gone.
 */
async function newestEntries(
  { db, app: { database } }: Log,
  { subjects, since, actions, where }: Sought,
): Promise<Map<string, number>> {
  const { isInList, listOf } = database.fragments;
  const query = db
    .selectFrom('audit_entry as e')
    .select(['e.subject', sql<number>`max(e.idx)`.as('idx')])
    .where(isInList('e.subject', listOf(subjects)))
    // The condition of the index that finds them.
    .where('e.key_id', 'is', null)
    .where('e.equipment_id', 'is', null)
    .where('e.action', 'in', [...actions])
    .where('e.idx', '>=', since)
    .groupBy('e.subject');
  const content = (only: Condition) => query.leftJoin('audit_payload as p', 'p.idx', 'e.idx').where(only);
  const rows = await (where ? content(where) : query).execute();
  return new Map(rows.map(({ subject, idx }) => [subject, Number(idx)]));
}

/**
 * Whether a row is not the one the log tells of. Throws `log_inconsistent` where that is said by a log that is not what was written: it may
 * as well be the log that somebody changed.
 */
export async function isOlder(log: Log, table: DatedTable, row: Dated): Promise<boolean> {
  if ((await olderRows(log, table, [row])).size === 0) return false;
  if (log.app.signing.broken) throw log.app.signing.broken;
  return true;
}

/** A row as it is now: one that was changed since it was read is out of date, and nobody's doing. */
export function rowNow(
  db: ReadDb,
  table: DatedTable,
  { id }: { id: string | number },
): Promise<RowOf<'user'> | undefined> {
  // All these tables have an id and the columns of a seal; the first stands for each.
  return db
    .selectFrom(table as 'user')
    .selectAll()
    .where('id', '=', String(id))
    .executeTakeFirst();
}

/** Whether a row has such an index. */
export function isDated(table: string): table is DatedTable {
  return Object.hasOwn(sealedRowChanges, table);
}
