import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import type { Ctx } from '../context.ts';
import { spanBefore } from '../upkeep/own-clock.ts';

/**
 * The column that keeps the expiry job from recording a validity end again, where a key goes back to an end whose
 * expiry is in the log already: each is recorded once (C2).
 */
export async function recordedEnd(
  tx: WriteDb,
  { fragments, app }: Ctx,
  keyId: string,
  validityEnd: string,
): Promise<{ expiry_recorded_end?: string }> {
  const entry = await tx
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select('e.idx')
    .where('e.key_id', '=', keyId)
    .where('e.action', '=', 'key.expired')
    .where(fragments.jsonText('p.body', 'validityEnd'), '=', validityEnd)
    // An entry ahead of the clock was made under a wrong one, and is none; where the log's time was held, it says the real.
    .where(sql`coalesce(${fragments.jsonText('p.body', 'clock')}, e.at)`, '<=', spanBefore(app.clock(), 0).until)
    .limit(1)
    .executeTakeFirst();
  return entry ? { expiry_recorded_end: validityEnd } : {};
}
