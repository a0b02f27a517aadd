import type { Day } from '../domain/day.ts';
import type { App } from './context.ts';

/** The last run of the expiry job that finished, and the day it was for; undefined before the first. */
export async function lastExpiryRun(app: App): Promise<{ at: string; day: Day } | undefined> {
  const row = await app.database.read
    .selectFrom('expiry_run')
    .select(['finished_at as at', 'day'])
    .where('finished_at', 'is not', null)
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && row.at !== null ? { at: row.at, day: row.day } : undefined;
}
