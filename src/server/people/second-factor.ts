import { Secret } from 'otpauth';
import type { BodyOf, OutputOf } from '../../contract/endpoint.ts';
import type {
  confirmSecondFactor as confirmEndpoint,
  getSecondFactor,
  makeRecoveryCodes as recoveryEndpoint,
  startSecondFactor as startEndpoint,
} from '../../contract/sign-in.ts';
import { AppError } from '../../domain/errors.ts';
import type { App, Ctx, ReadCtx } from '../context.ts';
import type { Reply } from '../route.ts';
import type { ChangeTx, Opened } from '../seals/change-sealed.ts';
import {
  confirmFactor,
  dropFactor,
  keepUnprovedFactor,
  openFactors,
  replaceRecoveryCodes,
} from '../seals/factor-rows.ts';
import { codeDigest, factorDigest } from '../secrets/digests.ts';
import { secretPurpose } from '../secrets/secret-purpose.ts';
import { refusalsRecorded } from './confirm-session.ts';
import { countRecoveryCodes, recoveryCodeMac, spendCode, totpOf } from './second-factor-code.ts';
import { endOtherSessions, renewSession } from './sessions.ts';
import { throttled } from './throttle.ts';

const secretBytes = 20;
const recoveryCodeCount = 10;
const recoveryCodeBytes = 15;

/** How it stands with the actor's own second factor. */
export async function readSecondFactor({ db, actor }: ReadCtx): Promise<OutputOf<typeof getSecondFactor>> {
  const row = await db
    .selectFrom('settings as s')
    .leftJoin('second_factor as f', (join) => join.on('f.user_id', '=', actor.id))
    .select(['s.second_factor_required', 'f.confirmed_at'])
    .executeTakeFirstOrThrow();
  return {
    enrolledAt: row.confirmed_at,
    recoveryCodesLeft: await countRecoveryCodes(db, actor.id),
    required: row.second_factor_required === 1,
  };
}

/** Makes a secret, shown once and asked for by nobody until a code has proved that it arrived. */
export async function startSecondFactor(ctx: Ctx): Promise<OutputOf<typeof startEndpoint>> {
  const { app, actor, settings } = ctx;
  const bytes = app.randomBytes(secretBytes);
  const secret = app.vault.sealBytes(bytes, secretPurpose(actor.id));
  await app.database.transaction(async (tx) => {
    if (!(await keepUnprovedFactor(tx, actor.id, secret))) throw alreadyKnown();
  });
  const user = await ctx.db.selectFrom('user').select('email').where('id', '=', actor.id).executeTakeFirstOrThrow();
  const totp = totpOf(bytes, { issuer: `Keybook (${settings.organisation})`, label: user.email });
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/**
 * Turns the second factor on with a first code, and answers the recovery codes. The person's other sessions end, and
 * this one goes on under a new token.
 */
export async function confirmSecondFactor(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof confirmEndpoint> },
  reply: Reply,
): Promise<OutputOf<typeof confirmEndpoint>> {
  const { app, actor } = ctx;
  const codes = newRecoveryCodes(app);
  await refusalsRecorded(ctx, () =>
    throttled(app, 'confirmation', { account: actor.id, address: ctx.address }, () =>
      ctx.change(async (tx) => {
        const user = await myself(tx, ctx);
        const used = await spendCode(tx, app, actor.id, body, 'enrolling');
        if (!used) throw user.enrolled_at === null ? noSecondFactor() : alreadyKnown();
        const secret = await confirmFactor(tx, user, ctx.now());
        const macs = macsOf(ctx, codes);
        await replaceRecoveryCodes(tx, user, macs);
        const sessionsEnded = await endOtherSessions(tx, actor);
        await renewSession(tx, ctx, reply);
        const secretDigest = factorDigest(app.vault, secret, actor.id);
        const details = { recoveryCodes: codes.length, sessionsEnded, secretDigest, codes: codesTold(app, macs) };
        return { result: {}, audit: { action: 'user.secondFactorAdded', subject: `user:${actor.id}`, details } };
      }),
    ),
  );
  return { recoveryCodes: codes };
}

/** Makes new recovery codes in the place of what is left of the old ones. */
export async function makeRecoveryCodes(ctx: Ctx): Promise<OutputOf<typeof recoveryEndpoint>> {
  const codes = newRecoveryCodes(ctx.app);
  await ctx.change(async (tx) => {
    const user = await myself(tx, ctx);
    if (user.enrolled_at === null) throw noSecondFactor();
    const macs = macsOf(ctx, codes);
    await replaceRecoveryCodes(tx, user, macs);
    const details = { recoveryCodes: codes.length, codes: codesTold(ctx.app, macs) };
    return { result: {}, audit: { action: 'user.recoveryCodesMade', subject: `user:${ctx.actor.id}`, details } };
  });
  return { recoveryCodes: codes };
}

/** Removes the actor's own second factor; other sessions end. */
export async function removeSecondFactor(ctx: Ctx, _input: unknown, reply: Reply): Promise<void> {
  await ctx.change(async (tx) => {
    if (!(await dropFactor(tx, await myself(tx, ctx)))) throw noSecondFactor();
    const sessionsEnded = await endOtherSessions(tx, ctx.actor);
    await renewSession(tx, ctx, reply);
    const audit = {
      action: 'user.secondFactorRemoved',
      subject: `user:${ctx.actor.id}`,
      details: { sessionsEnded },
    } as const;
    return { result: {}, audit, owesFactor: true };
  });
}

/** The actor's own row and factors, to be used or changed. */
async function myself(tx: ChangeTx, { app, actor }: Ctx): Promise<Opened<'user'>> {
  const signedOut = () => new AppError('unauthenticated', 'Sign in once more.');
  const user = await openFactors(tx, app, actor.id, signedOut);
  if (!user) throw signedOut();
  return user;
}

/** The refusal where somebody has none. */
export function noSecondFactor(): AppError {
  return new AppError('no_second_factor', 'No second factor is set up.');
}

function alreadyKnown(): AppError {
  return new AppError(
    'second_factor_known',
    'A second factor is set up already. Remove it first, then set up another.',
  );
}

/** Ten times 120 random bits, as six groups of four. */
function newRecoveryCodes(app: App): string[] {
  return Array.from({ length: recoveryCodeCount }, () => {
    const buffer = Uint8Array.from(app.randomBytes(recoveryCodeBytes)).buffer;
    return (new Secret({ buffer }).base32.match(/.{4}/g) ?? []).join('-');
  });
}

/** What the log says of the codes themselves. */
function codesTold({ vault }: App, macs: string[]): { codeDigest: string }[] {
  return macs.map((mac) => ({ codeDigest: codeDigest(vault, mac) }));
}

function macsOf({ app, actor }: Ctx, codes: string[]): string[] {
  return codes.map((code) => recoveryCodeMac(app, actor.id, code));
}
