import type { App } from './context.ts';
import { throttleMemoryMs } from './people/throttle.ts';
import { settleRefused } from './refused-attempts.ts';

const idempotencyHours = 24;

/**
 * Deletes what has run out: remembered requests after 24 hours, sessions and setup tokens after their end, failed
 * attempts after an hour.
 */
export async function cleanUp(app: App): Promise<void> {
  await settleRefused(app);
  const now = app.clock();
  const dayAgo = new Date(now.getTime() - idempotencyHours * 3_600_000).toISOString();
  const forgotten = new Date(now.getTime() - throttleMemoryMs).toISOString();
  await app.database.transaction(async (tx) => {
    await tx.deleteFrom('idempotency').where('created_at', '<', dayAgo).execute();
    await tx.deleteFrom('session').where('expires_at', '<=', now.toISOString()).execute();
    await tx.deleteFrom('setup_token').where('expires_at', '<=', now.toISOString()).execute();
    await tx.deleteFrom('throttle').where('last_at', '<', forgotten).execute();
  });
}
