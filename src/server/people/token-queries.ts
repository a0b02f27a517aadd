import { sql } from 'kysely';
import type { OutputOf } from '../../contract/endpoint.ts';
import type { listTokens } from '../../contract/people.ts';
import { coversScope, intersectScopes, type Scope } from '../../domain/permissions.ts';
import { may, type ReadCtx } from '../context.ts';
import { readScope } from './acting.ts';

type TokenOfOwner = { user_id: string; scope: string; owner_scope: string };

/**
 * Whether somebody sees that a token is there: an administrator of all customers everybody's, others their own, and with a
 * token of fewer customers none that reaches more, whose name may be of another customer.
 */
export function seesToken(ctx: ReadCtx, { user_id, scope, owner_scope }: TokenOfOwner): boolean {
  if (may(ctx, 'tokens.manage')) return true;
  return user_id === ctx.actor.id && coversScope(ctx.scope, reachOf(scope, readScope(owner_scope)));
}

function reachOf(scope: string, owners: Scope): Scope {
  return scope === 'owner' ? owners : intersectScopes(readScope(scope), owners);
}

/** So many tokens, and so many characters of the lists of their customers, are read for one answer. */
const mostTokens = 500;
const mostCharacters = 4 * 1024 * 1024;

/**
 * The tokens one sees, those that are still good first, then the newest; an administrator of all customers sees
 * everybody's. `total` counts those as well that are too many for one answer.
 */
export async function readTokens(ctx: ReadCtx): Promise<OutputOf<typeof listTokens>> {
  const found = await findTokens(ctx);
  const { db, fragments } = ctx;
  const rows = await db
    .selectFrom('token as t')
    .innerJoin('user as u', 'u.id', 't.user_id')
    .select(['t.id', 't.name', 't.role', 't.scope', 't.expires_on', 't.last_used_on', 't.created_at', 't.user_id'])
    .select('u.name as owner_name')
    .where(fragments.isInList('t.id', fragments.listOf(withinOneAnswer(found))))
    .execute();
  const places = new Map(found.map(({ id }, place) => [id, place]));
  const place = ({ id }: { id: string }) => places.get(id) ?? 0;
  const owners = await reachBeyond(ctx);
  const seen = owners === undefined ? rows : rows.filter(({ scope }) => coversScope(ctx.scope, reachOf(scope, owners)));
  const items = seen
    .toSorted((a, b) => place(a) - place(b))
    .map((row) => ({
      id: row.id,
      name: row.name,
      role: row.role,
      customerIds: row.scope === 'owner' ? null : [...intersectScopes(readScope(row.scope), ctx.scope)],
      expiresOn: row.expires_on,
      lastUsedOn: row.last_used_on || null,
      owner: { id: row.user_id, name: row.owner_name },
      createdAt: row.created_at,
    }));
  return { items, total: owners === undefined ? found.length : items.length };
}

type Found = { id: string; characters: number };

/** In the order of the answer. */
async function findTokens(ctx: ReadCtx): Promise<Found[]> {
  let query = ctx.db
    .selectFrom('token')
    .select(['id', sql<number>`length(scope)`.as('characters')])
    .where('revoked_at', 'is', null)
    .orderBy(sql`case when expires_on >= ${ctx.today} then 0 else 1 end`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
  if (!may(ctx, 'tokens.manage')) query = query.where('user_id', '=', ctx.actor.id);
  return query.execute();
}

function withinOneAnswer(found: Found[]): string[] {
  let characters = 0;
  const end = found.findIndex((token, place) => {
    characters += token.characters;
    return place === mostTokens || characters > mostCharacters;
  });
  return found.slice(0, end === -1 ? found.length : end).map(({ id }) => id);
}

/** The owner's customers, where the actor, by a token of fewer, does not see all of them; else undefined. */
async function reachBeyond(ctx: ReadCtx): Promise<Scope | undefined> {
  if (may(ctx, 'tokens.manage')) return undefined;
  const owner = await ctx.db.selectFrom('user').select('scope').where('id', '=', ctx.actor.id).executeTakeFirst();
  const scope = readScope(owner?.scope ?? '[]');
  return coversScope(ctx.scope, scope) ? undefined : scope;
}
