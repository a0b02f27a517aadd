import type { ReadDb } from '../../db/open.ts';
import { recordTampering } from '../change.ts';
import type { App } from '../context.ts';
import { hasItsFactors } from './factors.ts';
import { isOlder, isUnchanged } from './older-rows.ts';
import { isSealed } from './seal.ts';
import type { RowOf, SealedTable } from './sealed-columns.ts';

/** Whether the server wrote the row as it is. One that somebody else wrote is recorded: the caller opens nothing by it. */
export async function isGenuine<Table extends SealedTable>(
  app: App,
  table: Table,
  row: Pick<RowOf<SealedTable>, 'seal'> & object,
): Promise<boolean> {
  // Its columns are read by name.
  const values = row as Record<string, unknown> & { seal: string };
  if (isSealed(app, table, values)) return true;
  await recordTampering(app, { table, id: String(values.id ?? values.token_mac), what: 'row' });
  return false;
}

/**
 * The same for a person who is to be let in, or whose second factor, recovery codes or identities matter: the row and
 * they must agree, and it must be the newest of which the log tells.
 */
export async function isGenuinePerson(app: App, db: ReadDb, row: RowOf<'user'>): Promise<boolean> {
  if (!(await isGenuine(app, 'user', row))) return false;
  if (await isOlder({ db, app }, 'user', row)) {
    if (await isUnchanged(db, 'user', row)) await recordTampering(app, { table: 'user', id: row.id, what: 'older' });
    return false;
  }
  if (await hasItsFactors(db, row)) return true;
  await recordTampering(app, { table: 'user', id: row.id, what: 'factors' });
  return false;
}
