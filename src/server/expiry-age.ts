import type { Day } from '../domain/day.ts';
import type { App } from './context.ts';

const lateHours = 36;

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

/** How long ago a run finished, in milliseconds. */
export function runAgeMs({ at }: { at: string }, now: Date): number {
  return now.getTime() - Date.parse(at);
}

/** Whether the last run is so long ago that somebody should look (C2). */
export function isLate(run: { at: string }, now: Date): boolean {
  return runAgeMs(run, now) > lateHours * 3_600_000;
}
