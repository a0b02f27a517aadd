import type { ReadDb, WriteDb } from '../../db/open.ts';
import { AppError, type ProblemCode } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import { isWithin, lasts } from '../upkeep/own-clock.ts';
import { networkOf } from './network-of.ts';
import { noteThrottled } from './throttled-entry.ts';

/** What is guessed at: a password, a confirmation or code of somebody known, a setup token. */
type Guessed = 'sign-in' | 'confirmation' | 'setup';

/** An attempt counts as failed until it is settled. */
type Attempt = { succeed: () => Promise<void>; neither: () => Promise<void>; spend: () => Promise<void> };

type Guesser = { account?: string; address: string | undefined };

/** Refusals that say a guess was wrong. Any other, such as "and now the code", is no guess. */
const wrongGuess: readonly ProblemCode[] = ['wrong_credentials', 'wrong_code', 'wrong_setup_token'];

/**
 * Runs an attempt to prove something that can be guessed. Refuses with too_many_requests while the account or the
 * address must wait. `work` gets a function that only costs a write: what is refused without an entry in the log takes
 * as long as what is refused with one.
 */
export async function throttled<T>(
  app: App,
  guessed: Guessed,
  guesser: Guesser,
  work: (spend: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const attempt = await claimRecorded(app, guessed, guesser);
  try {
    const done = await work(attempt.spend);
    await attempt.succeed();
    return done;
  } catch (error) {
    if (!(error instanceof AppError && wrongGuess.includes(error.code))) await attempt.neither();
    throw error;
  }
}

/** Sign-ins that an account must wait with are recorded; of what somebody signed in is refused there is an entry anyway. */
async function claimRecorded(app: App, guessed: Guessed, guesser: Guesser): Promise<Attempt> {
  const { account, address } = guesser;
  try {
    return await claimAttempt(app, guessed, guesser);
  } catch (error) {
    if (error instanceof AccountWaits && guessed === 'sign-in' && account !== undefined)
      noteThrottled(app, { account, address });
    throw error;
  }
}

/** Thrown where it is the account, not the address alone, that must wait. */
class AccountWaits extends AppError {}

type Limit = { free: number; longestSeconds: number };

/** An address may be that of many people; an account is one person's. The longest wait is no lock-out. */
const limits = {
  account: { free: 5, longestSeconds: 300 },
  address: { free: 50, longestSeconds: 900 },
} satisfies Record<string, Limit>;

const longestWaitMs = Math.max(...Object.values(limits).map(({ longestSeconds }) => longestSeconds)) * 1000;

/** After so long without an attempt, earlier failures no longer count. */
export const throttleMemoryMs = 3_600_000;

/**
 * Counts an attempt by account and by address before it is judged, so that attempts at the same moment cannot pass
 * together. What is refused here does not lengthen the wait. `account` is an e-mail address or id, known or not: only
 * a keyed hash of it is stored.
 */
async function claimAttempt(app: App, guessed: Guessed, { account, address }: Guesser): Promise<Attempt> {
  const buckets = bucketsOf(app, guessed, account, address);
  const now = app.clock();
  await refuseEarly(app.database.read, buckets, now);
  const claimed = await app.database.transaction(async (tx) => {
    const rows: Claimed[] = [];
    for (const bucket of buckets) rows.push(await count(tx, bucket, now));
    return rows;
  });
  return {
    succeed: () => settle(app, claimed, 'forget'),
    neither: () => settle(app, claimed, 'undo'),
    spend: () => settle(app, claimed, 'keep'),
  };
}

type Bucket = { id: string; limit: Limit; isAccount: boolean };
type Claimed = Bucket & { blockedUntil: string };

/** In an order that is the same for everybody, so that two attempts cannot wait for each other. */
function bucketsOf(app: App, guessed: Guessed, account: string | undefined, address: string | undefined): Bucket[] {
  const bucket = (kind: keyof typeof limits, name: string): Bucket => ({
    id: app.vault.mac('throttle', `${kind}|${guessed}|${name}`),
    limit: limits[kind],
    isAccount: kind === 'account',
  });
  const found = [
    ...(account === undefined ? [] : [bucket('account', account)]),
    ...(address === undefined ? [] : [bucket('address', networkOf(address))]),
  ];
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Without a write, so that a flood of refused attempts costs little. */
async function refuseEarly(db: ReadDb, buckets: Bucket[], now: Date): Promise<void> {
  if (buckets.length === 0) return;
  const rows = await db
    .selectFrom('throttle')
    .select(['bucket', 'blocked_until'])
    .where(
      'bucket',
      'in',
      buckets.map(({ id }) => id),
    )
    .execute();
  const ofAccount = ({ bucket }: { bucket: string }) => buckets.some(({ id, isAccount }) => isAccount && id === bucket);
  for (const row of rows.toSorted((a, b) => Number(ofAccount(b)) - Number(ofAccount(a))))
    refuseBefore(row.blocked_until, now, ofAccount(row));
}

/** A wait longer than the longest was begun under a wrong clock, and is none. */
function refuseBefore(blockedUntil: string, now: Date, isAccount: boolean): void {
  if (!lasts(blockedUntil, now, longestWaitMs)) return;
  const seconds = Math.ceil(Math.min(Date.parse(blockedUntil) - now.getTime(), longestWaitMs) / 1000);
  const Refusal = isAccount ? AccountWaits : AppError;
  throw new Refusal('too_many_requests', `Too many attempts failed. Try again in ${seconds} seconds.`, [], {
    retryAfterSeconds: seconds,
  });
}

/** Takes the row first, then judges what it was: two at once cannot both be the last that is free. */
async function count(tx: WriteDb, bucket: Bucket, now: Date): Promise<Claimed> {
  const at = now.toISOString();
  const row = await tx
    .insertInto('throttle')
    .values({ bucket: bucket.id, failures: 1, last_at: at, blocked_until: '' })
    .onConflict((conflict) =>
      conflict.column('bucket').doUpdateSet((eb) => ({ failures: eb('throttle.failures', '+', 1) })),
    )
    .returning(['failures', 'last_at', 'blocked_until'])
    .executeTakeFirstOrThrow();
  refuseBefore(row.blocked_until, now, bucket.isAccount);
  const failures = isWithin(row.last_at, now, throttleMemoryMs) ? row.failures : 1;
  const waitSeconds = delayAfter(failures, bucket.limit);
  const blockedUntil = waitSeconds === 0 ? '' : new Date(now.getTime() + waitSeconds * 1000).toISOString();
  await tx
    .updateTable('throttle')
    .set({ failures, last_at: at, blocked_until: blockedUntil })
    .where('bucket', '=', bucket.id)
    .execute();
  return { ...bucket, blockedUntil };
}

/** Nothing for the first failures, then 2, 4, 8 … seconds up to the longest. */
function delayAfter(failures: number, { free, longestSeconds }: Limit): number {
  return failures < free ? 0 : Math.min(2 ** Math.min(failures - free + 1, 20), longestSeconds);
}

/**
 * `forget` clears the account and takes this attempt back from the address, where others may be guessing; `undo` takes
 * it back from both; `keep` leaves all as it is, at the price of the same writes.
 */
async function settle(app: App, claimed: Claimed[], how: 'forget' | 'undo' | 'keep'): Promise<void> {
  await app.database.transaction(async (tx) => {
    for (const { id, isAccount, blockedUntil } of claimed) {
      if (how === 'forget' && isAccount) await tx.deleteFrom('throttle').where('bucket', '=', id).execute();
      else
        await tx
          .updateTable('throttle')
          .set((eb) => ({
            failures: eb('failures', '-', how === 'keep' ? 0 : 1),
            // A wait that a later attempt began stays.
            blocked_until: eb
              .case()
              .when('blocked_until', '=', how === 'keep' ? '' : blockedUntil)
              .then('')
              .else(eb.ref('blocked_until'))
              .end(),
          }))
          .where('bucket', '=', id)
          .execute();
    }
  });
}

/** Forgets what an account failed at: somebody on the server's machine gave it a new start. */
export async function forgetAttempts(app: App, tx: WriteDb, accounts: { email: string; id: string }): Promise<void> {
  const ids = [
    ...bucketsOf(app, 'sign-in', accounts.email, undefined),
    ...bucketsOf(app, 'confirmation', accounts.id, undefined),
  ].map(({ id }) => id);
  await tx.deleteFrom('throttle').where('bucket', 'in', ids).execute();
}
