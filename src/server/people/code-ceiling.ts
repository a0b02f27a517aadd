import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import type { GivenCode } from './second-factor-code.ts';

/** So many wrong codes of one account within a day, and no further one is looked at until the day is over. */
const mostWrong = 100;
const dayMs = 24 * 3_600_000;

/**
 * Runs an attempt that may prove a code of the second factor. Whoever guesses has the password already, so that slowing
 * down alone would let them go on for months. What is full is the count of codes, not of passwords: a recovery code
 * still opens, as nobody can guess one, and clears the count; so does an administrator who takes the factor away.
 */
export async function underCodeCeiling<T>(
  app: App,
  userId: string,
  { code, recoveryCode }: GivenCode,
  work: () => Promise<T>,
): Promise<T> {
  const isGuess = code !== undefined && recoveryCode === undefined;
  if (isGuess) await requireCodesLeft(app, userId);
  try {
    const done = await work();
    if (recoveryCode !== undefined) await app.database.transaction((tx) => forgetWrongCodes(app, tx, userId));
    return done;
  } catch (error) {
    if (isGuess && error instanceof AppError && error.code === 'wrong_code') await countWrongCode(app, userId);
    throw error;
  }
}

/** Forgets the wrong codes of an account, inside a change. */
export async function forgetWrongCodes(app: App, tx: WriteDb, userId: string): Promise<void> {
  await tx.deleteFrom('throttle').where('bucket', '=', bucketOf(app, userId)).execute();
}

/** Beside the waits of the throttle, in the same table: `blocked_until` is when the count begins anew. */
function bucketOf(app: App, userId: string): string {
  return app.vault.mac('throttle', `codes|${userId}`);
}

async function requireCodesLeft(app: App, userId: string): Promise<void> {
  const now = app.clock();
  const row = await app.database.read
    .selectFrom('throttle')
    .select(['failures', 'blocked_until'])
    .where('bucket', '=', bucketOf(app, userId))
    .executeTakeFirst();
  if (!row || row.failures < mostWrong || row.blocked_until <= now.toISOString()) return;
  const detail =
    'Too many codes of this account were wrong within a day. Use a recovery code, or ask an administrator. If it was not you, somebody knows your password: change it.';
  const retryAfterSeconds = Math.ceil((Date.parse(row.blocked_until) - now.getTime()) / 1000);
  throw new AppError('too_many_requests', detail, [{ pointer: '/code', code: 'codes_used_up', detail }], {
    retryAfterSeconds,
  });
}

async function countWrongCode(app: App, userId: string): Promise<void> {
  const now = app.clock();
  const at = now.toISOString();
  const first = { failures: 1, last_at: at, blocked_until: new Date(now.getTime() + dayMs).toISOString() };
  const bucket = bucketOf(app, userId);
  await app.database.transaction(async (tx) => {
    await tx.deleteFrom('throttle').where('bucket', '=', bucket).where('blocked_until', '<=', at).execute();
    await tx
      .insertInto('throttle')
      .values({ bucket, ...first })
      .onConflict((conflict) =>
        conflict.column('bucket').doUpdateSet((eb) => ({ failures: eb('throttle.failures', '+', 1), last_at: at })),
      )
      .execute();
  });
}
