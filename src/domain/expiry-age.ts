const lateHours = 36;

/** How long ago a run of the expiry job finished, in milliseconds. `at` is when it finished. */
export function runAgeMs({ at }: { at: string }, now: Date): number {
  return now.getTime() - Date.parse(at);
}

/** Whether the last run is so long ago that somebody should look (C2). */
export function isLate(run: { at: string }, now: Date): boolean {
  return runAgeMs(run, now) > lateHours * 3_600_000;
}
