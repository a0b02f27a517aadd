import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { type Ctx, notFound } from '../context.ts';
import { setSealed } from '../seals/change-sealed.ts';
import { dropFactor, openFactors } from '../seals/factor-rows.ts';
import { isGenuinePerson } from '../seals/is-genuine.ts';
import { passwordDigest } from '../secrets/digests.ts';
import { readScope } from './acting.ts';
import { forgetWrongCodes } from './code-ceiling.ts';
import { endTokens } from './end-tokens.ts';
import { requireGoodPassword } from './good-password.ts';
import { hashPassword } from './password.ts';
import { noSecondFactor } from './second-factor.ts';
import { requirePerson } from './sessions.ts';
import { forgetAttempts } from './throttle.ts';
import type { TokenOwner } from './tokens.ts';
import { claimAdministrators } from './user-record.ts';

type Person = TokenOwner & { email: string; disabled: boolean };

/**
 * The person with an e-mail address, however its case; for the local command line. Refuses where there is none that the
 * server wrote.
 */
export async function personByEmail({ app, db }: Ctx, email: string): Promise<Person> {
  const email_f = foldText(email);
  const row = await db
    .selectFrom('user')
    .selectAll()
    .where('email_f', '=', email_f)
    .where('kind', '=', 'person')
    .executeTakeFirst();
  if (!row || !(await isGenuinePerson(app, db, row, { email_f, kind: 'person' })))
    throw new AppError('not_found', `There is no user with the e-mail address ${email}.`);
  const { id, name, role, scope, disabled_at } = row;
  return { id, name, email: row.email, roles: [role], scope: readScope(scope), disabled: disabled_at !== null };
}

/**
 * Gives a person a new password, ends that person's sessions and tokens and lets the next sign-in be tried at once; with
 * `secondFactor` also takes the second factor away, for whoever has lost it. Recorded as user.reset.
 */
export async function resetPassword(
  ctx: Ctx,
  { id, name, email }: Person,
  { password, secondFactor }: { password: string; secondFactor: boolean },
): Promise<{ sessions: number; tokens: number; secondFactor: boolean }> {
  requireGoodPassword(password, [name, email, ctx.settings.organisation]);
  const passwordHash = await hashPassword(password, ctx);
  return ctx.change(async (tx) => {
    const user = await openFactors(tx, ctx.app, id);
    if (!user) throw notFound('user');
    await setSealed(tx, 'user', user, { password_hash: passwordHash });
    const ended = await tx.deleteFrom('session').where('user_id', '=', id).returning('id').execute();
    const dropped = secondFactor && (await dropFactor(tx, user));
    await forgetAttempts(ctx.app, tx, { email: foldText(email), id });
    await forgetWrongCodes(ctx.app, tx, id);
    const tokens = await endTokens(tx, ctx, id);
    const counts = { sessionsEnded: ended.length, tokensEnded: tokens };
    const digest = passwordDigest(ctx.app.vault, passwordHash);
    const details = { name, ...counts, ...(dropped && { secondFactorRemoved: true }), passwordDigest: digest };
    const result = { sessions: ended.length, tokens, secondFactor: dropped };
    return { result, audit: { action: 'user.reset', subject: `user:${id}`, details } };
  });
}

/** Removes somebody's second factor and ends the sessions, for administrators; recorded. Nobody's own. */
export async function resetSecondFactor(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  if (params.id === ctx.actor.id)
    throw new AppError('forbidden', 'Remove your own second factor in your own settings: DELETE /me/second-factor');
  await ctx.change(async (tx) => {
    await claimAdministrators(tx, ctx);
    const { name } = await requirePerson(tx, params.id);
    const user = await openFactors(tx, ctx.app, params.id);
    if (!user || !(await dropFactor(tx, user))) throw noSecondFactor();
    await forgetWrongCodes(ctx.app, tx, params.id);
    const ended = await tx.deleteFrom('session').where('user_id', '=', params.id).returning('id').execute();
    const details = { name, sessionsEnded: ended.length };
    return { result: {}, audit: { action: 'user.secondFactorRemoved', subject: `user:${params.id}`, details } };
  });
}
