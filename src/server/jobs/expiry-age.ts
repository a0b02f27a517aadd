import type { Day } from '../../domain/day.ts';
import type { App } from '../context.ts';
import { spanBefore } from '../upkeep/own-clock.ts';

/**
 * The last run of the expiry job that finished, and the day it was for; undefined before the first. One ahead of the
 * clock was of a wrong clock, and is none.
 */
export async function lastExpiryRun(app: App): Promise<{ at: string; day: Day } | undefined> {
  const row = await app.database.read
    .selectFrom('expiry_run')
    .select(['finished_at as at', 'day'])
    .where('finished_at', 'is not', null)
    .where('finished_at', '<=', spanBefore(app.clock(), 0).until)
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && row.at !== null ? { at: row.at, day: row.day } : undefined;
}
