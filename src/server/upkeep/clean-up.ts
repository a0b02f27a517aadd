import type { App } from '../context.ts';
import { tellCounts } from '../http/refusal-log.ts';
import { deleteOldRejected } from '../imports/rejected/kept-rows.ts';
import { settleRefused } from '../limits/refused-attempts.ts';
import { throttleMemoryMs } from '../people/throttle.ts';
import { clockToleranceMs, spanBefore } from './own-clock.ts';

const idempotencyHours = 24;

/**
 * Deletes what has run out: remembered requests after 24 hours, sessions and setup tokens after their end, failed
 * attempts after an hour, rows that imports left out after thirty days; also what bears a moment ahead of the clock, because it was made under a wrong one.
 */
export async function cleanUp(app: App): Promise<void> {
  await settleRefused(app);
  const now = app.clock();
  tellCounts(app, now.getTime());
  const lastDay = spanBefore(now, idempotencyHours * 3_600_000);
  const remembered = spanBefore(now, throttleMemoryMs);
  const longestSession = new Date(now.getTime() + app.config.sessionHours * 3_600_000 + clockToleranceMs).toISOString();
  await app.database.transaction(async (tx) => {
    await tx.deleteFrom('idempotency').where('created_at', '<', lastDay.since).execute();
    // Made under a clock that ran ahead: a repeated request is still answered, for a day from here on.
    await tx
      .updateTable('idempotency')
      .set({ created_at: now.toISOString() })
      .where('created_at', '>', lastDay.until)
      .execute();
    await tx.deleteFrom('session').where('expires_at', '<=', now.toISOString()).execute();
    await tx.deleteFrom('session').where('expires_at', '>', longestSession).execute();
    await tx.deleteFrom('setup_token').where('expires_at', '<=', now.toISOString()).execute();
    await tx
      .deleteFrom('throttle')
      .where('last_at', '<', remembered.since)
      // Wrong codes of the second factor are counted for a day.
      .where('blocked_until', '<=', now.toISOString())
      .execute();
    await tx.deleteFrom('throttle').where('last_at', '>', remembered.until).execute();
    await tx.deleteFrom('limited_use').where('at', '<', lastDay.since).execute();
    await tx.deleteFrom('limited_use').where('at', '>', lastDay.until).execute();
    await deleteOldRejected(tx, now);
  });
}
