import type { BodyOf, OutputOf } from '../../contract/endpoint.ts';
import type { createToken, listTokens } from '../../contract/people.ts';
import { addPeriod } from '../../domain/day.ts';
import { AppError, invalid } from '../../domain/errors.ts';
import { coversScope, intersectScopes, roles, type Scope } from '../../domain/permissions.ts';
import { type Actor, type Ctx, may, notFound, type ReadCtx } from '../context.ts';
import { claimActor } from '../limits/limits.ts';
import { type ChangeTx, insertSealed, openSealed, setSealed } from '../seals/change-sealed.ts';
import { tokenDigest } from '../secrets/digests.ts';
import { NoLongerAllowed, readScope } from './acting.ts';
import { credentialMac } from './actors.ts';

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
  await claimActor(tx, ctx);
  if (!(await openSealed(tx, ctx.app, 'session', sessionId))) throw new NoLongerAllowed();
}

/** Whose a token is to be: it gets no more than that person's role and customers. */
export type TokenOwner = Pick<Actor, 'id' | 'name' | 'roles' | 'scope'>;

/** Makes a token of somebody's, and answers its text, which is kept nowhere. */
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
    await claimSession(tx, ctx);
    await insertSealed(tx, 'token', {
      id,
      token_mac,
      name: body.name,
      user_id: owner.id,
      role: body.role,
      scope: body.customerIds ? JSON.stringify(body.customerIds) : 'owner',
      expires_on: expiresOn,
      last_used_on: '',
      revoked_at: null,
      created_at: ctx.now(),
    });
    const details = {
      name: body.name,
      role: body.role,
      expiresOn,
      ...(body.customerIds && { customerIds: body.customerIds }),
      ...(owner.id !== ctx.actor.id && { owner: owner.name }),
      ownerId: owner.id,
      tokenDigest: tokenDigest(ctx.app.vault, token_mac),
    };
    return { result: { id }, audit: { action: 'token.created', subject: `token:${id}`, details } };
  });
  return { id, token };
}

type TokenOfOwner = { user_id: string; scope: string; owner_scope: string };

/**
 * Whether somebody sees that a token is there: an administrator of all customers everybody's, others their own, and with a
 * token of fewer customers none that reaches more, whose name may be of another customer.
 */
export function seesToken(ctx: ReadCtx, token: TokenOfOwner): boolean {
  if (may(ctx, 'tokens.manage')) return true;
  return token.user_id === ctx.actor.id && coversScope(ctx.scope, reachOf(token));
}

function reachOf({ scope, owner_scope }: TokenOfOwner): Scope {
  return scope === 'owner' ? readScope(owner_scope) : intersectScopes(readScope(scope), readScope(owner_scope));
}

/** The tokens one sees; an administrator of all customers sees everybody's. */
export async function readTokens(ctx: ReadCtx): Promise<OutputOf<typeof listTokens>> {
  const rows = await ctx.db
    .selectFrom('token as t')
    .innerJoin('user as u', 'u.id', 't.user_id')
    .select([
      't.id',
      't.name',
      't.role',
      't.scope',
      't.expires_on',
      't.last_used_on',
      't.created_at',
      't.user_id',
      'u.scope as owner_scope',
      'u.name as owner_name',
    ])
    .where('t.revoked_at', 'is', null)
    .orderBy('t.created_at', 'desc')
    .execute();
  const seen = rows.filter((row) => seesToken(ctx, row));
  const items = seen.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    customerIds: row.scope === 'owner' ? null : [...intersectScopes(readScope(row.scope), ctx.scope)],
    expiresOn: row.expires_on,
    lastUsedOn: row.last_used_on || null,
    owner: { id: row.user_id, name: row.owner_name },
    createdAt: row.created_at,
  }));
  return { items, total: items.length };
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
