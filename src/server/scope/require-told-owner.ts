import { reading, type WriteDb } from '../../db/open.ts';
import type { AppError } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { type Owned, type OwnedTable, ownersTold } from '../audit/told-by-log.ts';
import type { App, Ctx } from '../context.ts';
import { BrokenSeal, recordTampered } from '../seals/seal.ts';

/**
 * Refuses somebody limited to some customers a key or unit that only its row says is theirs: whoever writes the database
 * can write that, and an entry about it would make it true. What this change itself has made has no entry yet.
 */
export async function requireToldOwner(
  tx: WriteDb,
  { app, scope }: Ctx,
  table: OwnedTable,
  { id }: { id: string },
  refusal: () => AppError,
): Promise<void> {
  if (scope === 'all') return;
  const told = await ownerTold(tx, app, table, id);
  if (told === undefined || (told !== null && inScope(scope, told))) return;
  throw new BrokenSeal({ table, id, what: 'unlogged' }, refusal());
}

/**
 * Refuses everybody, those of all customers too, a key or unit whose customer is another than the log tells, where an entry
 * that states the customer would follow: it would make true what somebody wrote into the row.
 */
export async function requireOwnerAsTold(
  tx: WriteDb,
  { app, scope }: Ctx,
  table: OwnedTable,
  { id, customer_id }: Owned,
  refusal: () => AppError,
): Promise<void> {
  const told = await ownerTold(tx, app, table, id);
  if (told === undefined || told === customer_id) return;
  throw new BrokenSeal({ table, id, what: 'unlogged' }, scope === 'all' ? recordTampered() : refusal());
}

async function ownerTold(tx: WriteDb, app: App, table: OwnedTable, id: string): Promise<string | null | undefined> {
  return (await ownersTold({ db: reading(tx), app }, table, [id])).get(id);
}
