import type { BodyOf } from '../../contract/endpoint.ts';
import type { createToken } from '../../contract/people.ts';
import { addPeriod } from '../../domain/day.ts';
import { AppError, invalid } from '../../domain/errors.ts';
import { coversScope, roles } from '../../domain/permissions.ts';
import { type Actor, type Ctx, may, notFound } from '../context.ts';
import { claimActor } from '../limits/limits.ts';
import { type ChangeTx, insertSealed, openSealed, setSealed } from '../seals/change-sealed.ts';
import { tokenDigest } from '../secrets/digests.ts';
import { NoLongerAllowed } from './acting.ts';
import { credentialMac } from './actors.ts';
import { requireTokenRoom } from './require-token-room.ts';
import { judgeCustomers } from './user-record.ts';

/** What every token begins with, for secret scanners. */
const prefix = 'keybook_';

/** Makes a token of the actor's own, within the actor's role and customers, for a year at most. A token makes none. */
export async function makeToken(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof createToken> },
): Promise<{ id: string; token: string }> {
  return issueToken(ctx, ctx.actor, body);
}

/**
 * Holds the session that makes a token until commit: a token outlives it, so of this and of what ends the session with all
 * tokens, such as a new password, one waits for the other.
 */
async function claimSession(tx: ChangeTx, ctx: Ctx): Promise<void> {
  const { sessionId } = ctx.actor;
  if (sessionId === undefined) return;
  if (!(await openSealed(tx, ctx.app, 'session', sessionId))) throw new NoLongerAllowed();
}

/** Whose a token is to be: it gets no more than that person's role and customers. */
export type TokenOwner = Pick<Actor, 'id' | 'name' | 'roles' | 'scope'>;

/**
 * Makes a token of somebody's, and answers its text, which is kept nowhere. Refused: more than the owner's role and
 * customers, customers that do not exist, one too many.
 */
export async function issueToken(
  ctx: Ctx,
  owner: TokenOwner,
  body: BodyOf<typeof createToken>,
): Promise<{ id: string; token: string }> {
  const expiresOn = body.expiresOn ?? addPeriod(ctx.today, 'P90D');
  if (expiresOn < ctx.today || expiresOn > addPeriod(ctx.today, 'P1Y'))
    throw invalid({ pointer: '/expiresOn', code: 'out_of_range', detail: 'A token expires within a year from today.' });
  if (!owner.roles.every((role) => roles.indexOf(body.role) >= roles.indexOf(role)))
    throw new AppError('forbidden', 'A token cannot have more rights than its owner has.');
  if (!coversScope(owner.scope, body.customerIds ?? [])) throw notFound('customer');
  const id = ctx.newId();
  const token = prefix + ctx.app.randomBytes(32).toString('base64url');
  const token_mac = credentialMac(ctx.app, 'token', token);
  await ctx.change(async (tx) => {
    await claimActor(tx, { actor: owner });
    await claimSession(tx, ctx);
    await requireTokenRoom(tx, ctx, owner.id);
    const customerIds = await judgeCustomers(tx, body.customerIds ?? null);
    await insertSealed(tx, 'token', {
      id,
      token_mac,
      name: body.name,
      user_id: owner.id,
      role: body.role,
      scope: customerIds ? JSON.stringify(customerIds) : 'owner',
      expires_on: expiresOn,
      last_used_on: '',
      revoked_at: null,
      created_at: ctx.now(),
    });
    const details = {
      name: body.name,
      role: body.role,
      expiresOn,
      ...(customerIds && { customerIds }),
      ...(owner.id !== ctx.actor.id && { owner: owner.name }),
      ownerId: owner.id,
      tokenDigest: tokenDigest(ctx.app.vault, token_mac),
    };
    return { result: { id }, audit: { action: 'token.created', subject: `token:${id}`, details } };
  });
  return { id, token };
}

/** Revokes a token at once: one's own, or anybody's as administrator. */
export async function revokeToken(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  const all = may(ctx, 'tokens.manage');
  await ctx.change(async (tx) => {
    const row = await openSealed(tx, ctx.app, 'token', params.id);
    if (!row || row.revoked_at !== null || (!all && row.user_id !== ctx.actor.id)) throw notFound('token');
    await setSealed(tx, 'token', row, { revoked_at: ctx.now() });
    return {
      result: {},
      audit: { action: 'token.revoked', subject: `token:${params.id}`, details: { name: row.name } },
    };
  });
}
