import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { userList, type user as userSchema } from '../../contract/people.ts';
import { intersectScopes, type Scope, scopesMeet } from '../../domain/permissions.ts';
import type { ReadCtx } from '../context.ts';
import type { Condition, FieldSql, ListSource } from '../list/run-list.ts';
import { lineMatches } from '../list/search.ts';
import { oneOf } from '../records/one-of.ts';
import { readScope } from './acting.ts';

export type User = z.output<typeof userSchema>;

/** The list of people; the system is not among them. Who is limited to some customers sees whose customers meet theirs. */
export async function userSource(ctx: ReadCtx): Promise<ListSource<User>> {
  return {
    spec: userList,
    db: ctx.db,
    rows: () => ctx.db.selectFrom('user as u'),
    id: sql`u.id`,
    visible: await peopleInSight(ctx),
    fields: userFields,
    attributes: new Map(),
    search: (q) =>
      sql<boolean>`(${lineMatches(ctx.fragments, sql`u.search_f`, q)} or ${lineMatches(ctx.fragments, sql`u.email_f`, q)})`,
    read: (ids) => readUsers(ctx, ids),
    idOf: (user) => user.id,
  };
}

/** One person. Refuses with not_found who does not exist. */
export const readUser = oneOf('user', readUsers);

/** Users belong to no customer: those are in sight whose customers meet the reader's, and the reader (P2). */
async function peopleInSight({ db, actor, scope, fragments }: ReadCtx): Promise<Condition> {
  if (scope === 'all') return sql<SqlBool>`u.kind = 'person'`;
  const people = await db.selectFrom('user').select(['id', 'scope']).where('kind', '=', 'person').execute();
  const met = people.filter((person) => isPersonInSight({ actor, scope }, person));
  return fragments.isInList('u.id', fragments.listOf(met.map(({ id }) => id)));
}

/** Whether somebody's customers meet the reader's; the reader is in sight in any case. */
export function isPersonInSight(
  { actor, scope }: Pick<ReadCtx, 'actor' | 'scope'>,
  person: { id: string; scope: string },
): boolean {
  return person.id === actor.id || scopesMeet(scope, readScope(person.scope));
}

const userFields: Record<string, FieldSql> = {
  name: { value: sql`u.search_f`, display: sql`u.name` },
  email: { value: sql`u.email_f`, display: sql`u.email` },
  role: { value: sql`u.role` },
  disabled: { value: sql`(case when u.disabled_at is null then 0 else 1 end)` },
  createdAt: { value: sql`u.created_at` },
};

async function readUsers(ctx: ReadCtx, ids: string[]): Promise<User[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.db
    .selectFrom('user as u')
    .select([
      'u.id',
      'u.name',
      'u.email',
      'u.role',
      'u.scope',
      'u.locale',
      'u.disabled_at',
      'u.created_at',
      'u.version',
    ])
    .where('u.id', 'in', ids)
    .where(await peopleInSight(ctx))
    .execute();
  return rows.map(({ scope, disabled_at, created_at, ...row }) => ({
    ...row,
    customerIds: shownScope(readScope(scope), ctx.scope),
    disabled: disabled_at !== null,
    createdAt: created_at,
  }));
}

/** Customers outside the reader's do not exist for the reader (P2). */
function shownScope(scope: Scope, mine: Scope): string[] | null {
  const shown = scope === 'all' ? null : intersectScopes(scope, mine);
  return shown === null || shown === 'all' ? null : [...shown];
}
