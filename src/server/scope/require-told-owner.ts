import { reading, type WriteDb } from '../../db/open.ts';
import type { AppError } from '../../domain/errors.ts';
import { type Owned, type OwnedTable, ownersTold } from '../audit/told-by-log.ts';
import type { Ctx } from '../context.ts';
import { BrokenSeal, recordTampered } from '../seals/seal.ts';

/** The records of which a change may have made some itself: only of those the log has no entry yet. */
export type MadeHere = ReadonlySet<string>;

type Claimed = { table: OwnedTable; row: Owned; refusal: () => AppError };

/**
 * Refuses everybody, those of all customers too, keys and units whose customer is another than the log tells, or of which it
 * tells nothing: whoever writes the database can write that into a row or make one up, and an entry about it would make it
 * true. Asked once for all that one change claims.
 */
export async function requireOwnersAsTold(
  tx: WriteDb,
  { app, scope }: Ctx,
  claimed: readonly Claimed[],
  made: MadeHere = new Set(),
): Promise<void> {
  const asked = claimed.filter(({ row }) => !made.has(row.id));
  if (asked.length === 0) return;
  const idsOf = (wanted: OwnedTable) => asked.flatMap(({ table, row }) => (table === wanted ? row.id : []));
  const told = await ownersTold({ db: reading(tx), app }, { key: idsOf('key'), equipment: idsOf('equipment') });
  for (const { table, row, refusal } of asked) {
    if (told.get(`${table}:${row.id}`) === row.customer_id) continue;
    const tampering = { table, id: row.id, what: 'unlogged' } as const;
    throw new BrokenSeal(tampering, scope === 'all' ? recordTampered() : refusal());
  }
}

/** The same for one of them. */
export async function requireOwnerAsTold(
  tx: WriteDb,
  ctx: Ctx,
  table: OwnedTable,
  row: Owned,
  refusal: () => AppError,
): Promise<void> {
  await requireOwnersAsTold(tx, ctx, [{ table, row, refusal }]);
}
