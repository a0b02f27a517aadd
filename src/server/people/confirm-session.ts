import type { BodyOf } from '../../contract/endpoint.ts';
import type { confirmSession } from '../../contract/people.ts';
import type { finishSession } from '../../contract/sign-in.ts';
import { AppError } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { recordRefusedSignIn } from '../refused-attempts.ts';
import type { Reply } from '../route.ts';
import { type Me, whoAmI } from './me.ts';
import { passwordFits } from './password.ts';
import { hasSecondFactor, spendCode } from './second-factor-code.ts';
import { renewSession } from './sessions.ts';
import { openedEntry } from './sign-in.ts';
import { throttled } from './throttle.ts';

/**
 * Confirms that the session is still its owner's: with the password, and a code where there is a second factor. Who has
 * neither signs in once more.
 */
export async function confirm(ctx: Ctx, { body }: { body: BodyOf<typeof confirmSession> }): Promise<undefined> {
  const { app, actor, address } = ctx;
  const { sessionId } = actor;
  if (sessionId === undefined) throw new AppError('forbidden', 'Only a signed-in person can confirm; a token cannot.');
  await refusalsRecorded(ctx, () =>
    throttled(app, 'confirmation', { account: actor.id, address }, async () => {
      await requirePassword(ctx, body.password);
      await ctx.change(async (tx) => {
        const used = await spendCode(tx, app, actor.id, body);
        await tx.updateTable('session').set({ confirmed_at: ctx.now() }).where('id', '=', sessionId).execute();
        const details = { user: actor.name, confirmed: true, ...used };
        return { result: {}, audit: { action: 'session.opened', subject: `user:${actor.id}`, details } };
      });
    }),
  );
  return undefined;
}

async function requirePassword({ db, actor }: Ctx, given: string | undefined): Promise<void> {
  const user = await db.selectFrom('user').select('password_hash').where('id', '=', actor.id).executeTakeFirst();
  const hash = user?.password_hash ?? null;
  if (hash !== null) {
    if (!(await passwordFits(given ?? '', hash))) throw new AppError('wrong_credentials', 'The password is wrong.');
  } else if (!(await hasSecondFactor(db, actor.id)))
    throw new AppError('forbidden', 'Sign in once more by single sign-on: GET /session/oidc?confirm=true');
}

/** Gives the code that a sign-in by single sign-on still owes; the session goes on under a new token. */
export async function finishWithCode(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof finishSession> },
  reply: Reply,
): Promise<Me> {
  const { app, actor, address } = ctx;
  await refusalsRecorded(ctx, () =>
    throttled(app, 'confirmation', { account: actor.id, address }, () =>
      ctx.change(async (tx) => {
        const used = await spendCode(tx, app, actor.id, body);
        const expires = new Date(Date.parse(ctx.now()) + app.config.sessionHours * 3_600_000).toISOString();
        await tx
          .updateTable('session')
          .set({ stage: 'open', expires_at: expires })
          .where('id', '=', actor.sessionId ?? '')
          .execute();
        await renewSession(tx, ctx, reply);
        return { result: {}, audit: openedEntry(actor, used) };
      }),
    ),
  );
  return whoAmI(ctx);
}

/** A wrong password or code of somebody signed in is recorded as at sign-in. */
export async function refusalsRecorded({ app, actor, address }: Ctx, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const wrong = error instanceof AppError ? error.code : undefined;
    if (wrong === 'wrong_credentials') await recordRefusedSignIn(app, { actor, address }, 'password');
    if (wrong === 'wrong_code') await recordRefusedSignIn(app, { actor, address }, 'code');
    throw error;
  }
}
