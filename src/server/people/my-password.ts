import type { BodyOf } from '../../contract/endpoint.ts';
import type { changePassword as contract } from '../../contract/sign-in.ts';
import { AppError } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import type { Reply } from '../route.ts';
import { type ChangeTx, openSealed, setSealed } from '../seals/change-sealed.ts';
import { passwordDigest } from '../secrets/digests.ts';
import { refusalsRecorded } from './confirm-session.ts';
import { endTokens } from './end-tokens.ts';
import { requireGoodPassword } from './good-password.ts';
import { hashPassword, passwordFits } from './password.ts';
import { endOtherSessions, renewSession } from './sessions.ts';
import { throttled } from './throttle.ts';

/**
 * Changes the actor's own password: the present one is asked for. Other sessions end, this one gets a new token; API
 * tokens end as well unless `keepTokens` says that nobody else has them.
 */
export async function changePassword(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof contract> },
  reply: Reply,
): Promise<void> {
  const { app, actor, address } = ctx;
  const user = await ctx.db
    .selectFrom('user')
    .select(['name', 'email', 'password_hash'])
    .where('id', '=', actor.id)
    .executeTakeFirstOrThrow();
  requireGoodPassword(body.password, [user.name, user.email, ctx.settings.organisation]);
  const wrong = () => new AppError('wrong_credentials', 'The present password is wrong.');
  await refusalsRecorded(ctx, () =>
    throttled(app, 'confirmation', { account: actor.id, address }, async () => {
      if (user.password_hash !== null && !(await passwordFits(body.current ?? '', user.password_hash, ctx)))
        throw wrong();
    }),
  );
  const hash = await hashPassword(body.password, ctx);
  await ctx.change(async (tx) => {
    const row = await openSealed(tx, app, 'user', actor.id, wrong);
    if (!row || row.password_hash !== user.password_hash) throw wrong();
    await setSealed(tx, 'user', row, { password_hash: hash });
    const sessionsEnded = await endOtherSessions(tx, actor);
    await renewSession(tx, ctx, reply);
    const tokens = await endOrKeepTokens(tx, ctx, body.keepTokens === true);
    const details = { name: user.name, sessionsEnded, ...tokens, passwordDigest: passwordDigest(app.vault, hash) };
    return { result: {}, audit: { action: 'user.passwordChanged', subject: `user:${actor.id}`, details } };
  });
}

/** What the entry says of the tokens. One that says nothing of keeping ends all of before, also those it did not find. */
async function endOrKeepTokens(tx: ChangeTx, ctx: Ctx, keepTokens: boolean) {
  return keepTokens ? { tokensEnded: 0, keepTokens } : { tokensEnded: await endTokens(tx, ctx, ctx.actor.id) };
}
