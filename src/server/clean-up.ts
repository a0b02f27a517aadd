import type { App } from './context.ts';

const idempotencyHours = 24;

/** Deletes what has run out: remembered requests after 24 hours, sessions and setup tokens after their end. */
export async function cleanUp(app: App): Promise<void> {
  const now = app.clock();
  const dayAgo = new Date(now.getTime() - idempotencyHours * 3_600_000).toISOString();
  await app.database.transaction(async (tx) => {
    await tx.deleteFrom('idempotency').where('created_at', '<', dayAgo).execute();
    await tx.deleteFrom('session').where('expires_at', '<=', now.toISOString()).execute();
    await tx.deleteFrom('setup_token').where('expires_at', '<=', now.toISOString()).execute();
  });
}
