import type { AuditAction } from '../../domain/audit/actions.ts';
import { readIfProven } from '../audit/read-log.ts';
import type { App } from '../context.ts';
import { systemUserId } from '../people/system-actor.ts';
import { hasItsFactors } from './factors.ts';
import { isDated, olderRows, rowNow } from './older-rows.ts';
import { isSealed } from './seal.ts';
import { type RowOf, type SealedTable, sealedColumns } from './sealed-columns.ts';

/**
 * A row that somebody else wrote: `row` has other values than the server gave it, `factors` another second factor, other
 * recovery codes or identities, and `older` is one of the server's own that was put back: the log tells of another last change.
 * Of one that is `gone` it tells the making: people and settings are never deleted.
 */
export type BrokenSealFound = { table: SealedTable; id: string; what: 'row' | 'factors' | 'older' | 'gone' };

const batchSize = 500;

/** Every row that decides who may do what and is not as the server left it. Reads all of them and writes nothing. */
export async function* findBrokenSeals(app: App): AsyncIterable<BrokenSealFound> {
  await readIfProven(app);
  for (const table of ['user', 'token', 'settings', 'session', 'setup_token'] as const)
    for await (const rows of batchesOf(app, table)) {
      const older = await olderIds(app, table, rows);
      for (const row of rows) {
        const id = idOf(row);
        if (!isSealed(app, table, row, {})) yield { table, id, what: 'row' };
        else if ('factors' in row && !(await hasItsFactors(app.database.read, row)))
          yield { table, id, what: 'factors' };
        else if (isDated(table) && older.has(id) && (await rowNow(app.database.read, table, { id }))?.seal === row.seal)
          yield { table, id, what: 'older' };
      }
    }
  yield* findGone(app);
}

/** The people and settings that the log tells of, and that have no row. */
async function* findGone({ database, signing }: App): AsyncIterable<BrokenSealFound> {
  const told = await database.read
    .selectFrom('audit_entry')
    .select('subject')
    .where('action', 'in', ['settings.created', 'user.created'] satisfies AuditAction[])
    .execute();
  const subjects = new Set([...told.map(({ subject }) => subject), ...signing.memory.changed.keys()]);
  // Made with the settings, without an entry of its own.
  if (subjects.has('settings:1')) subjects.add(`user:${systemUserId}`);
  for (const table of ['user', 'settings'] as const) {
    // The first of these tables stands for both.
    const rows = await database.read
      .selectFrom(table as 'user')
      .select('id')
      .execute();
    const there = new Set(rows.map(({ id }) => `${table}:${id}`));
    for (const subject of subjects)
      if (subject.startsWith(`${table}:`) && !there.has(subject))
        yield { table, id: subject.slice(table.length + 1), what: 'gone' };
  }
}

/** A row of one of these tables. */
type AnyRow = { [Table in SealedTable]: RowOf<Table> }[SealedTable];

function idOf(row: AnyRow): string {
  return 'id' in row ? String(row.id) : row.token_mac;
}

async function olderIds(app: App, table: SealedTable, rows: AnyRow[]): Promise<Set<string>> {
  const dated = rows.flatMap((row) => ('sealed_idx' in row ? [row] : []));
  return isDated(table) ? olderRows({ db: app.database.read, app }, table, dated) : new Set();
}

/** The rows of a table, some hundred at a time. */
async function* batchesOf({ database }: App, table: SealedTable): AsyncIterable<AnyRow[]> {
  const [key] = sealedColumns[table];
  // The first of these tables and keys stands for each: nothing here depends on which it is.
  const [name, id] = [table as 'user', key as 'id'];
  for (let last: string | undefined; ; ) {
    const rows = await database.read
      .selectFrom(name)
      .selectAll()
      .$if(last !== undefined, (query) => query.where(id, '>', last ?? ''))
      .orderBy(id)
      .limit(batchSize)
      .execute();
    // Selected of that table.
    yield rows as unknown as AnyRow[];
    const before = last;
    last = rows.at(-1)?.[id];
    // An id that somebody else wrote may come out of an embedded file otherwise, and the same rows again.
    if (rows.length < batchSize || last === before) return;
  }
}
