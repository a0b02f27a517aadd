import type { ReadDb, WriteDb } from '../../db/open.ts';
import type { AppError } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { type OwnedTable, ownersTold } from '../audit/told-by-log.ts';
import type { Ctx } from '../context.ts';
import { BrokenSeal } from '../seals/seal.ts';

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
  // A write handle reads as well; the queries take the narrower type.
  const told = (await ownersTold({ db: tx as unknown as ReadDb, app }, table, [id])).get(id);
  if (told === undefined || (told !== null && inScope(scope, told))) return;
  throw new BrokenSeal({ table, id, what: 'unlogged' }, refusal());
}
