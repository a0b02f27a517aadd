import type { BodyOf } from '../../contract/endpoint.ts';
import type { confirmSession } from '../../contract/people.ts';
import type { finishSession } from '../../contract/sign-in.ts';
import { AppError } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { recordRefusedSignIn } from '../limits/refused-attempts.ts';
import type { Reply } from '../route.ts';
import { openSealed } from '../seals/change-sealed.ts';
import { isGenuinePerson } from '../seals/is-genuine.ts';
import type { RowOf } from '../seals/sealed-columns.ts';
import { underCodeCeiling } from './code-ceiling.ts';
import { type Me, whoAmI } from './me.ts';
import { passwordFits } from './password.ts';
import { spendCode } from './second-factor-code.ts';
import { openAfterCode, renewSession } from './sessions.ts';
import { openedEntry } from './sign-in.ts';
import { throttled } from './throttle.ts';

/**
 * Confirms that the session is still its owner's: with the password, and a code where there is a second factor. It goes
 * on under a new token. Who has neither signs in once more.
 */
export async function confirm(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof confirmSession> },
  reply: Reply,
): Promise<void> {
  const { app, actor, address } = ctx;
  const { sessionId } = actor;
  if (sessionId === undefined) throw new AppError('forbidden', 'Only a signed-in person can confirm; a token cannot.');
  await refusalsRecorded(ctx, () =>
    throttled(app, 'confirmation', { account: actor.id, address }, async () => {
      const proved = await requirePassword(ctx, body.password);
      await underCodeCeiling(app, actor.id, body, () =>
        ctx.change(async (tx) => {
          const user = await openSealed(tx, app, 'user', actor.id, wrongPassword);
          if (user?.password_hash !== proved.password_hash) throw wrongPassword();
          const used = await spendCode(tx, app, actor.id, body);
          if (user.password_hash === null && !used) throw wrongPassword();
          await renewSession(tx, ctx, reply, { confirmed_at: ctx.now() });
          const details = { user: actor.name, confirmed: true, ...used };
          return { result: {}, audit: { action: 'session.opened', subject: `user:${actor.id}`, details } };
        }),
      );
    }),
  );
}

/** Answers the person whose password it is: the change looks whether it still is. */
async function requirePassword(ctx: Ctx, given: string | undefined): Promise<RowOf<'user'>> {
  const { app, db, actor } = ctx;
  const user = await db.selectFrom('user').selectAll().where('id', '=', actor.id).executeTakeFirst();
  if (!user || !(await isGenuinePerson(app, db, user, { id: actor.id }))) throw wrongPassword();
  if (user.password_hash !== null) {
    if (!(await passwordFits(given ?? '', user.password_hash, ctx))) throw wrongPassword();
  } else if (user.enrolled_at === null)
    throw new AppError('forbidden', 'Sign in once more by single sign-on: GET /session/oidc?confirm=true');
  return user;
}

function wrongPassword(): AppError {
  return new AppError('wrong_credentials', 'The password is wrong.');
}

/**
 * Gives the code that a sign-in by single sign-on still owes; the session goes on under a new token. Refused where it owes
 * none: nobody lengthens an open session so.
 */
export async function finishWithCode(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof finishSession> },
  reply: Reply,
): Promise<Me> {
  const { app, actor, address } = ctx;
  await refusalsRecorded(ctx, () =>
    throttled(app, 'confirmation', { account: actor.id, address }, () =>
      underCodeCeiling(app, actor.id, body, () =>
        ctx.change(async (tx) => {
          const used = await openAfterCode(tx, ctx, reply, () => spendCode(tx, app, actor.id, body));
          return { result: {}, audit: openedEntry(actor, used) };
        }),
      ),
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
