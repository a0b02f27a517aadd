import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { type ReadDb, reading } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import type { ChangeTx, Opened } from '../seals/change-sealed.ts';
import { holdFactor, noteStep, openFactors, takeRecoveryCode } from '../seals/factor-rows.ts';
import { codeDigest } from '../secrets/digests.ts';
import { secretPurpose } from '../secrets/secret-purpose.ts';
import { clockToleranceMs } from '../upkeep/own-clock.ts';

const stepSeconds = 30;
/** A code of the step before or after is taken as well: clocks differ, and people type slowly. */
const window = 1;
/** A step further ahead than clocks differ was used under a wrong clock. */
const aheadSteps = clockToleranceMs / 1000 / stepSeconds;

/** A code of the authenticator app, or one of the recovery codes. */
export type GivenCode = { code?: string | undefined; recoveryCode?: string | undefined };

/** What a code was: goes into the record of the sign-in. */
export type UsedCode = { code: 'totp' } | { code: 'recovery'; recoveryCodesLeft: number; codeDigest: string };

export function totpOf(secret: Uint8Array, labels: { issuer: string; label: string }): TOTP {
  const buffer = Uint8Array.from(secret).buffer;
  return new TOTP({ ...labels, secret: new Secret({ buffer }), algorithm: 'SHA1', digits: 6, period: stepSeconds });
}

/**
 * Uses up a code inside a change, so that of two requests with the same one only one goes through. Refuses with
 * wrong_code what is wrong, too old or was used; with second_factor_needed where neither is given. Undefined where
 * there is no second factor to ask for; whether there is one says the sealed row of the person.
 */
export async function spendCode(
  tx: ChangeTx,
  app: App,
  userId: string,
  given: GivenCode,
  of: 'enrolled' | 'enrolling' = 'enrolled',
): Promise<UsedCode | undefined> {
  const signedOut = () => new AppError('unauthenticated', 'Sign in once more.');
  const user = await openFactors(tx, app, userId, signedOut);
  const factor = user && (await holdFactor(tx, user, of, signedOut));
  if (!factor) return undefined;
  if (given.recoveryCode !== undefined && of === 'enrolled')
    return spendRecoveryCode(tx, app, user, given.recoveryCode);
  if (given.code === undefined)
    throw new AppError('second_factor_needed', 'Give the code your authenticator app shows, or a recovery code.');
  const step = stepOf(app, userId, factor.secret, given.code);
  if (step === undefined || (step <= factor.last_step && factor.last_step <= step + aheadSteps)) throw wrongCode();
  await noteStep(tx, userId, step);
  return { code: 'totp' };
}

/** The time step a code belongs to, by this server's clock. */
function stepOf(app: App, userId: string, sealed: string, code: string): number | undefined {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const secret = app.vault.openBytes(sealed, secretPurpose(userId));
  const timestamp = app.clock().getTime();
  const delta = totpOf(secret, { issuer: '', label: '' }).validate({ token, timestamp, window });
  return delta === null ? undefined : Math.floor(timestamp / 1000 / stepSeconds) + delta;
}

async function spendRecoveryCode(tx: ChangeTx, app: App, user: Opened<'user'>, given: string): Promise<UsedCode> {
  const mac = recoveryCodeMac(app, user.id, given);
  if (!(await takeRecoveryCode(tx, user, mac))) throw wrongCode();
  const recoveryCodesLeft = await countRecoveryCodes(reading(tx), user.id);
  return { code: 'recovery', recoveryCodesLeft, codeDigest: codeDigest(app.vault, mac) };
}

/** How many are left. */
export async function countRecoveryCodes(db: ReadDb, userId: string): Promise<number> {
  const rows = await db.selectFrom('recovery_code').select('code_mac').where('user_id', '=', userId).execute();
  return rows.length;
}

/** What is stored of a recovery code. Case and dashes are the typist's. */
export function recoveryCodeMac({ vault }: App, userId: string, code: string): string {
  const bare = code.toUpperCase().replaceAll(/[^A-Z2-7]/g, '');
  return vault.credentialMac('recovery', createHash('sha256').update(`${userId}|${bare}`).digest('base64url'));
}

function wrongCode(): AppError {
  return new AppError('wrong_code', 'The code is wrong, too old or was used already. Wait for the next one.');
}
