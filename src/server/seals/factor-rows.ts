import type { WriteDb } from '../../db/open.ts';
import type { AppError } from '../../domain/errors.ts';
import { type App, notFound } from '../context.ts';
import { type ChangeTx, factorsChange, type Opened, openSealed, pendingOf } from './change-sealed.ts';
import { hasItsFactors } from './factors.ts';
import { BrokenSeal } from './seal.ts';

/*
 * The only writes of what the seal of a person covers beside the row itself: second factor, recovery codes, identities.
 * Each takes the person as `openFactors` answered it, so that nothing forged is ever sealed along.
 */

/** Takes a person whose factors are to be used or changed: row and factors must be as the server left them. */
export async function openFactors(
  tx: ChangeTx,
  app: App,
  userId: string,
  refusal: () => AppError = () => notFound('user'),
): Promise<Opened<'user'> | undefined> {
  const user = await openSealed(tx, app, 'user', userId, refusal);
  const areOurs = pendingOf(tx, 'user', userId)?.factors === true;
  if (user && !areOurs && !(await hasItsFactors(tx, user)))
    throw new BrokenSeal({ table: 'user', id: userId, what: 'factors' }, refusal());
  return user;
}

/** Turns on a second factor that a first code has proved. */
export async function confirmFactor(tx: ChangeTx, user: Opened<'user'>, now: string): Promise<void> {
  factorsChange(tx, user);
  await tx.updateTable('second_factor').set({ confirmed_at: now }).where('user_id', '=', user.id).execute();
}

/** Deletes a second factor with its recovery codes; false where there was none that is set up. */
export async function dropFactor(tx: ChangeTx, user: Opened<'user'>): Promise<boolean> {
  factorsChange(tx, user);
  const rows = await tx.deleteFrom('second_factor').where('user_id', '=', user.id).returning('confirmed_at').execute();
  await tx.deleteFrom('recovery_code').where('user_id', '=', user.id).execute();
  return rows.some((row) => row.confirmed_at !== null);
}

/** Puts recovery codes, as they are stored, in the place of what is left of the old ones. */
export async function replaceRecoveryCodes(tx: ChangeTx, user: Opened<'user'>, macs: string[]): Promise<void> {
  factorsChange(tx, user);
  await tx.deleteFrom('recovery_code').where('user_id', '=', user.id).execute();
  await tx
    .insertInto('recovery_code')
    .values(macs.map((code_mac) => ({ user_id: user.id, code_mac })))
    .execute();
}

/** Uses up a recovery code; false where there is no such one. */
export async function takeRecoveryCode(tx: ChangeTx, user: Opened<'user'>, mac: string): Promise<boolean> {
  factorsChange(tx, user);
  const used = await tx
    .deleteFrom('recovery_code')
    .where('user_id', '=', user.id)
    .where('code_mac', '=', mac)
    .returning('user_id')
    .executeTakeFirst();
  return used !== undefined;
}

type Identity = { id: string; issuer: string; subject: string; created_at: string };

export async function insertIdentity(tx: ChangeTx, user: Opened<'user'>, identity: Identity): Promise<void> {
  factorsChange(tx, user);
  await tx
    .insertInto('identity')
    .values({ ...identity, user_id: user.id })
    .execute();
}

/** Answers whose account it was; undefined where the person has no such identity. */
export async function deleteIdentity(
  tx: ChangeTx,
  user: Opened<'user'>,
  id: string,
): Promise<{ issuer: string; subject: string } | undefined> {
  factorsChange(tx, user);
  return tx
    .deleteFrom('identity')
    .where('id', '=', id)
    .where('user_id', '=', user.id)
    .returning(['issuer', 'subject'])
    .executeTakeFirst();
}

/** Encrypts the secret of a second factor anew: the same secret under another key. */
export async function recodeFactor(tx: ChangeTx, user: Opened<'user'>, secret: string): Promise<void> {
  factorsChange(tx, user);
  await tx.updateTable('second_factor').set({ secret }).where('user_id', '=', user.id).execute();
}

/** Keeps a secret that no code has proved yet; false where a second factor is set up already. */
export async function keepUnprovedFactor(tx: WriteDb, userId: string, secret: string): Promise<boolean> {
  const row = await tx
    .insertInto('second_factor')
    .values({ user_id: userId, secret, confirmed_at: null, last_step: 0 })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({ secret, last_step: 0 }).where('second_factor.confirmed_at', 'is', null),
    )
    .returning('user_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes a second factor to judge a code by: held until commit. */
export function holdFactor(tx: WriteDb, userId: string, of: 'enrolled' | 'enrolling') {
  return tx
    .updateTable('second_factor')
    .set((eb) => ({ last_step: eb.ref('last_step') }))
    .where('user_id', '=', userId)
    .where('confirmed_at', of === 'enrolled' ? 'is not' : 'is', null)
    .returning(['secret', 'last_step'])
    .executeTakeFirst();
}

/** The newest step a code was taken of: bookkeeping of the sign-in itself, under no seal. */
export async function noteStep(tx: WriteDb, userId: string, step: number): Promise<void> {
  await tx.updateTable('second_factor').set({ last_step: step }).where('user_id', '=', userId).execute();
}
