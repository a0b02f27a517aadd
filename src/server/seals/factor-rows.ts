import type { WriteDb } from '../../db/open.ts';
import type { AppError } from '../../domain/errors.ts';
import { type App, notFound } from '../context.ts';
import { type ChangeTx, heldFactors, holdFactors, type Opened, openSealed, setFactors } from './change-sealed.ts';
import { type FactorSet, readFactorSet, saysFactors } from './factors.ts';
import { BrokenSeal } from './seal.ts';

/*
 * The only writes of what the seal of a person covers beside the row itself: second factor, recovery codes, identities.
 * Each takes the person as `openFactors` answered it, and does to the factors that were checked then what it does to the
 * tables. Those are sealed, so that nothing is that somebody else writes meanwhile.
 */

/** Takes a person whose factors are to be used or changed: row and factors must be as the server left them. */
export async function openFactors(
  tx: ChangeTx,
  app: App,
  userId: string,
  refusal: () => AppError = () => notFound('user'),
): Promise<Opened<'user'> | undefined> {
  const user = await openSealed(tx, app, 'user', userId, refusal);
  if (!user || heldFactors(tx, user)) return user;
  const factors = await readFactorSet(tx, userId);
  if (!saysFactors(user, factors)) throw new BrokenSeal({ table: 'user', id: userId, what: 'factors' }, refusal());
  holdFactors(tx, user, factors);
  return user;
}

function factorsHeld(tx: ChangeTx, user: Opened<'user'>): FactorSet {
  const factors = heldFactors(tx, user);
  if (!factors) throw new Error('factors are changed by the change that opened them');
  return factors;
}

/** Turns on a second factor: the one that was held, and that a first code has proved. Answers its secret as it is stored. */
export async function confirmFactor(tx: ChangeTx, user: Opened<'user'>, now: string): Promise<string> {
  const { unproved: secret } = factorsHeld(tx, user);
  if (secret === undefined) throw new Error('a second factor is confirmed by the change that held it');
  setFactors(tx, user, { factor: { secret, confirmed_at: now } });
  await tx.updateTable('second_factor').set({ confirmed_at: now }).where('user_id', '=', user.id).execute();
  return secret;
}

/** Deletes a second factor with its recovery codes; false where there was none that is set up. */
export async function dropFactor(tx: ChangeTx, user: Opened<'user'>): Promise<boolean> {
  const { factor } = factorsHeld(tx, user);
  setFactors(tx, user, { factor: undefined, codes: [] });
  await tx.deleteFrom('second_factor').where('user_id', '=', user.id).execute();
  await tx.deleteFrom('recovery_code').where('user_id', '=', user.id).execute();
  return factor !== undefined;
}

/** Puts recovery codes, as they are stored, in the place of what is left of the old ones. */
export async function replaceRecoveryCodes(tx: ChangeTx, user: Opened<'user'>, macs: string[]): Promise<void> {
  setFactors(tx, user, { codes: macs });
  await tx.deleteFrom('recovery_code').where('user_id', '=', user.id).execute();
  await tx
    .insertInto('recovery_code')
    .values(macs.map((code_mac) => ({ user_id: user.id, code_mac })))
    .execute();
}

/** Uses up a recovery code; false where there is no such one. */
export async function takeRecoveryCode(tx: ChangeTx, user: Opened<'user'>, mac: string): Promise<boolean> {
  const { codes } = factorsHeld(tx, user);
  if (!codes.includes(mac)) return false;
  setFactors(tx, user, { codes: codes.filter((code) => code !== mac) });
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
  setFactors(tx, user, { identities: [...factorsHeld(tx, user).identities, identity] });
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
  const { identities } = factorsHeld(tx, user);
  const identity = identities.find((one) => one.id === id);
  if (!identity) return undefined;
  setFactors(tx, user, { identities: identities.filter((one) => one !== identity) });
  await tx.deleteFrom('identity').where('id', '=', id).where('user_id', '=', user.id).execute();
  return { issuer: identity.issuer, subject: identity.subject };
}

/** Encrypts the secret of a second factor anew: the same secret under another key. */
export async function recodeFactor(tx: ChangeTx, user: Opened<'user'>, secret: string): Promise<void> {
  const { factor } = factorsHeld(tx, user);
  setFactors(tx, user, { factor: factor && { ...factor, secret } });
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

/** Takes a second factor to judge a code by: held until commit. One that is set up must be that of the sealed row. */
export async function holdFactor(
  tx: ChangeTx,
  user: Opened<'user'>,
  of: 'enrolled' | 'enrolling',
  refusal: () => AppError,
): Promise<{ secret: string; last_step: number } | undefined> {
  const row = await tx
    .updateTable('second_factor')
    .set((eb) => ({ last_step: eb.ref('last_step') }))
    .where('user_id', '=', user.id)
    .where('confirmed_at', of === 'enrolled' ? 'is not' : 'is', null)
    .returning(['secret', 'last_step'])
    .executeTakeFirst();
  const factors = factorsHeld(tx, user);
  if (of === 'enrolled' && row?.secret !== factors.factor?.secret)
    throw new BrokenSeal({ table: 'user', id: user.id, what: 'factors' }, refusal());
  if (of === 'enrolling' && row) holdFactors(tx, user, { ...factors, unproved: row.secret });
  return row;
}

/** The newest step a code was taken of: bookkeeping of the sign-in itself, under no seal. */
export async function noteStep(tx: WriteDb, userId: string, step: number): Promise<void> {
  await tx.updateTable('second_factor').set({ last_step: step }).where('user_id', '=', userId).execute();
}
