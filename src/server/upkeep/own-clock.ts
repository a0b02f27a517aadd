/** By how much the clocks of servers that share a database may differ. */
export const clockToleranceMs = 5 * 60_000;

/**
 * The moments, as stored, within the last `ms`: after `since`, not after `until`. What lies further ahead than clocks
 * differ was written under a wrong clock, and counts as long past.
 */
export function spanBefore(now: Date, ms: number): { since: string; until: string } {
  return { since: momentOf(now, -ms), until: momentOf(now, clockToleranceMs) };
}

/** Whether a stored moment lies within the last `ms`. */
export function isWithin(moment: string, now: Date, ms: number): boolean {
  const { since, until } = spanBefore(now, ms);
  return moment > since && moment <= until;
}

/** Whether something that lasts `ms` from its beginning, and is stored with its end, goes on. */
export function lasts(end: string, now: Date, ms: number): boolean {
  return end > now.toISOString() && end <= momentOf(now, ms + clockToleranceMs);
}

function momentOf(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
