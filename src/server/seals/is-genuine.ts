import type { ReadDb } from '../../db/open.ts';
import { recordTampering } from '../change.ts';
import type { App } from '../context.ts';
import { hasItsFactors } from './factors.ts';
import { type DatedTable, isOlder, rowNow } from './older-rows.ts';
import { type AskedBy, isSealed } from './seal.ts';
import type { RowOf, SealedTable } from './sealed-columns.ts';

/**
 * Whether the server wrote the row as it is, and it is the one that was asked for. Another one is recorded: the caller opens
 * nothing by it.
 */
export async function isGenuine<Table extends SealedTable>(
  app: App,
  table: Table,
  row: Pick<RowOf<SealedTable>, 'seal'> & object,
  asked: AskedBy<Table>,
): Promise<boolean> {
  // Its columns are read by name.
  const values = row as Record<string, unknown> & { seal: string };
  if (isSealed(app, table, values, asked)) return true;
  await recordTampering(app, { table, id: String(values.id ?? values.token_mac), what: 'row' });
  return false;
}

/** A row that changed so often while it was judged is not waited for any longer. */
const mostReads = 3;

/**
 * The row as the server last wrote it, for a request that rests on it: its seal is right, and the log tells of no later
 * change. Undefined where somebody else wrote it or put back one of before, which is recorded. One that was changed since
 * it was read is read again.
 */
export async function genuineRow<Table extends DatedTable>(
  app: App,
  table: Table,
  row: RowOf<Table>,
  asked: AskedBy<Table>,
): Promise<RowOf<Table> | undefined> {
  // The seal and its index are columns of all these tables.
  let held = row as unknown as RowOf<DatedTable>;
  for (let read = 1; ; read += 1) {
    if (!(await isGenuine(app, table, held, asked))) return undefined;
    // A row of this table: the first, or the one that stands in its place.
    if (!(await isOlder({ db: app.database.read, app }, table, held))) return held as unknown as RowOf<Table>;
    const now = await rowNow(app.database.read, table, held);
    if (now?.seal === held.seal) await recordTampering(app, { table, id: String(held.id), what: 'older' });
    if (!now || now.seal === held.seal || read === mostReads) return undefined;
    held = now;
  }
}

/**
 * The same for a person who is to be let in, or whose second factor, recovery codes or identities matter: the row and
 * they must agree, and it must be the newest of which the log tells.
 */
export async function isGenuinePerson(
  app: App,
  db: ReadDb,
  row: RowOf<'user'>,
  asked: AskedBy<'user'>,
): Promise<boolean> {
  if (!(await isGenuine(app, 'user', row, asked))) return false;
  if (await isOlder({ db, app, isFresh: true }, 'user', row)) {
    const now = await rowNow(db, 'user', row);
    if (now?.seal === row.seal) await recordTampering(app, { table: 'user', id: row.id, what: 'older' });
    return false;
  }
  if (await hasItsFactors(db, row)) return true;
  await recordTampering(app, { table: 'user', id: row.id, what: 'factors' });
  return false;
}
