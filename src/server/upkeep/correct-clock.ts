import { todayIn } from '../../domain/day.ts';
import { AppError } from '../../domain/errors.ts';
import { aheadMs, lastEntry } from '../audit/log-time.ts';
import { change } from '../change.ts';
import type { App } from '../context.ts';
import { forgetEarlyRecords } from '../jobs/expiry.ts';
import { readSettings } from '../people/actors.ts';
import { bySystem } from '../people/system-actor.ts';

const subject = 'log:clock';

/**
 * Sets the log's time back to the clock, where one that ran ahead had written entries. The entry names both times, which
 * every verifier tells; those before it stay as they are. Keys that were recorded as expired before their end are
 * recorded again when it has passed. Refuses where the log is not ahead.
 */
export async function correctClock(app: App, reason: string): Promise<{ from: string; to: string }> {
  const last = await lastEntry(app.database.read);
  const now = app.clock();
  if (last === undefined || aheadMs(last, now) === 0)
    throw new AppError('clock_unsure', 'The log is not ahead of the clock: there is nothing to correct.');
  const { timeZone } = await readSettings(app);
  await change(bySystem(app, 'local', now.toISOString()), async (tx) => {
    await forgetEarlyRecords(tx, todayIn(timeZone, now));
    return { result: {}, audit: { action: 'clock.corrected', subject, details: { reason } } };
  });
  return { from: last.at, to: now.toISOString() };
}

/** Records that somebody says the clock is right, after a long time without an entry. */
export async function acceptClock(app: App): Promise<{ from: string | undefined; to: string }> {
  const from = (await lastEntry(app.database.read))?.at;
  const to = app.clock().toISOString();
  const details = { ...(from !== undefined && { from }), to };
  await change(bySystem(app, 'local', to), async () => ({
    result: {},
    audit: { action: 'clock.accepted', subject, details },
  }));
  return { from, to };
}
