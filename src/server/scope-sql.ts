import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Scope } from '../domain/permissions.ts';
import type { Condition } from './list/run-list.ts';

/** The condition of somebody without limits. Lists leave it out: a bare count(*) is a different, far quicker statement. */
export const everything: Condition = sql<SqlBool>`true`;

/** Whether a column of customer ids is within the scope. An empty scope means nothing, never everything. */
export function customerIn(scope: Scope, column: RawBuilder<unknown>): Condition {
  if (scope === 'all') return everything;
  if (scope.length === 0) return sql<SqlBool>`false`;
  return sql<SqlBool>`${column} in (${sql.join([...scope])})`;
}

/** A key (alias `k`) is visible if its customer is in scope, or it is on a unit that is (P2). */
export function keyVisible(scope: Scope): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(${customerIn(scope, sql`k.customer_id`)} or exists (
    select 1 from assignment va join equipment ve on ve.id = va.equipment_id
    where va.key_id = k.id and va.removed_at is null and ${customerIn(scope, sql`ve.customer_id`)}))`;
}

/** A product (alias `p`) exists for those who see a key or a license of it (P2). */
export function productVisible(scope: Scope): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(exists (select 1 from "key" k where k.product_id = p.id and ${keyVisible(scope)})
    or exists (select 1 from license pl where pl.product_id = p.id and ${customerIn(scope, sql`pl.customer_id`)}))`;
}

/** An assignment (alias `a`) is visible if its key's customer or its unit's is in scope. */
export function assignmentVisible(scope: Scope): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(exists (select 1 from "key" vk where vk.id = a.key_id and ${customerIn(scope, sql`vk.customer_id`)})
    or exists (select 1 from equipment ve where ve.id = a.equipment_id and ${customerIn(scope, sql`ve.customer_id`)}))`;
}

/** Who holds an assignment (under the given alias) may be named: it is on no unit, or on one in scope (P2). */
export function holderVisible(scope: Scope, alias: string): Condition {
  if (scope === 'all') return everything;
  const unit = sql.ref(`${alias}.equipment_id`);
  return sql<SqlBool>`(${unit} is null or exists (
    select 1 from equipment he where he.id = ${unit} and ${customerIn(scope, sql`he.customer_id`)}))`;
}
