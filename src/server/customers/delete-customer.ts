import { type SqlBool, sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { type Ctx, notFound, requireVersion } from '../context.ts';
import { seesToken } from '../people/token-queries.ts';
import { givenFields } from '../records/changes-between.ts';
import {
  assignmentsPointing,
  inUse,
  keysPointing,
  licensesPointing,
  unitsPointing,
  unlessInUse,
} from '../records/in-use.ts';
import { customerIn } from '../scope/scope-sql.ts';
import { customerOf } from './customer-record.ts';

const advice = 'Archive it instead.';

/** Deletes a customer that nothing points to; otherwise says what does (E7). House stays. */
export async function deleteCustomer(ctx: Ctx, { params }: { params: { id: string } }): Promise<undefined> {
  const { id } = params;
  const work = () =>
    ctx.change(async (tx) => {
      const row = await tx
        .deleteFrom('customer')
        .where('id', '=', id)
        .where(customerIn(ctx.scope, sql`id`))
        .returningAll()
        .executeTakeFirst();
      if (!row) throw notFound('customer');
      requireVersion(ctx.ifMatch, row.version);
      await refuseIfLimitedTo(tx, ctx, id);
      const details = givenFields(customerOf(row));
      return { result: {}, audit: { action: 'customer.deleted', subject: `customer:${id}`, customerId: id, details } };
    });
  const { houseId, organisation } = ctx.settings;
  await unlessInUse(work, id === houseId ? 'The organisation itself stays.' : advice, async () => [
    ...(id === houseId ? [{ type: 'settings', id: '1', name: organisation }] : []),
    ...(await unitsPointing(ctx, sql<SqlBool>`e.customer_id = ${id}`)),
    ...(await keysPointing(ctx, sql<SqlBool>`k.customer_id = ${id}`)),
    ...(await licensesPointing(ctx, sql<SqlBool>`l.customer_id = ${id}`)),
    ...(await assignmentsPointing(ctx, sql<SqlBool>`a.customer_id = ${id}`)),
  ]);
  return undefined;
}

/**
 * Refuses while users or tokens are limited to this customer among others: no foreign key reaches into a list. Named is
 * what the actor sees.
 */
async function refuseIfLimitedTo(tx: WriteDb, ctx: Ctx, id: string): Promise<void> {
  const named = `%"${id}"%`;
  const users = await tx
    .selectFrom('user')
    .select(['id', 'name'])
    .where('scope', 'like', named)
    .orderBy('id')
    .execute();
  const tokens = await tx
    .selectFrom('token as t')
    .innerJoin('user as u', 'u.id', 't.user_id')
    .select(['t.id', 't.name', 't.user_id', 't.scope', 'u.scope as owner_scope'])
    .where('t.scope', 'like', named)
    .where('t.revoked_at', 'is', null)
    .orderBy('t.id')
    .execute();
  if (users.length + tokens.length === 0) return;
  const seen = tokens.filter((token) => seesToken(ctx, token));
  throw inUse(advice, [
    ...users.map((user) => ({ type: 'user', ...user })),
    ...seen.map((token) => ({ type: 'token', id: token.id, name: token.name })),
  ]);
}
