import { sql } from 'kysely';
import type { WriteDb } from '../../../db/open.ts';

/** Seats of keys that rows take, in the parts of a judgement before this one and in this one. */
export type JudgedSeats = { before: Map<string, number>; here: Map<string, number> };

/**
 * Notes that a row takes a seat of a key. What earlier parts took of it was undone with them: a judgement takes as many
 * first, so that it finds where a file gives more seats than there are.
 */
export async function noteSeat(tx: WriteDb, { before, here }: JudgedSeats, keyId: string): Promise<void> {
  const taken = before.get(keyId) ?? 0;
  const known = here.get(keyId);
  here.set(keyId, (known ?? 0) + 1);
  if (taken === 0 || known !== undefined) return;
  const filled = sql<number>`case when seats_taken + ${taken} < seats then seats_taken + ${taken} else seats end`;
  await tx.updateTable('key').set({ seats_taken: filled }).where('id', '=', keyId).execute();
}

/** To be called at the end of a part. */
export function settleSeats({ before, here }: JudgedSeats): void {
  for (const [keyId, count] of here) before.set(keyId, (before.get(keyId) ?? 0) + count);
}
