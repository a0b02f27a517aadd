import { sql } from 'kysely';
import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { clockToleranceMs } from '../upkeep/own-clock.ts';

/** The last entry of the log: its index, and the log's time. */
export type LastEntry = { idx: number; at: string };

/** The last entry; undefined where the log is empty. */
export function lastEntry(db: ReadDb | WriteDb): Promise<LastEntry | undefined> {
  return reading(db).selectFrom('audit_entry').select(['idx', 'at']).orderBy('idx', 'desc').limit(1).executeTakeFirst();
}

/** By how much the log's time is ahead of a clock, in milliseconds; 0 where it is not, or only as far as clocks differ. */
export function aheadMs(last: Pick<LastEntry, 'at'> | undefined, clock: Date): number {
  const ms = last === undefined ? 0 : Date.parse(last.at) - clock.getTime();
  return ms > clockToleranceMs ? ms : 0;
}

/** A log that was left alone for longer looks as if a clock had run ahead. */
export const longGapMs = 31 * 86_400_000;

/**
 * Whether a log that is ahead of the clock got there by a leap: its entries go up to now, and the next one is more than
 * 31 days later; what was corrected is past. Then the clock is right, and the entries from the leap on were made under a wrong one. Where there is
 * no such leap, it is as likely that the clock was set back.
 */
export async function hasLeaptAhead(db: ReadDb | WriteDb, clock: Date): Promise<boolean> {
  const until = new Date(clock.getTime() + clockToleranceMs).toISOString();
  const first = sql<number>`(select min(n.idx) from audit_entry n where n.at > ${until}
    and n.idx >= coalesce((select max(c.idx) from audit_entry c where c.action = 'clock.corrected'), 0))`;
  const [before, after] = await reading(db)
    .selectFrom('audit_entry')
    .select('at')
    .where('idx', '>=', sql<number>`${first} - 1`)
    .where('idx', '<=', first)
    .orderBy('idx')
    .execute();
  return before !== undefined && after !== undefined && Date.parse(after.at) - Date.parse(before.at) > longGapMs;
}
