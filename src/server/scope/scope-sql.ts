import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isAmongMany } from '../../db/fragments.ts';
import type { Scope } from '../../domain/permissions.ts';
import type { Condition } from '../list/run-list.ts';

/** The condition of somebody without limits. Lists leave it out: a bare count(*) is a different, far quicker statement. */
export const everything: Condition = sql<SqlBool>`true`;

/** So many customers stand in each condition by themselves; of more, a statement would have too many parameters. */
const mostInPlace = 50;

/** Whether a column of customer ids is within the scope. An empty scope means nothing, never everything. */
export function customerIn(scope: Scope, column: RawBuilder<unknown>): Condition {
  if (scope === 'all') return everything;
  if (scope.length === 0) return sql<SqlBool>`false`;
  if (scope.length > mostInPlace) return isAmongMany(column, scope);
  return sql<SqlBool>`${column} in (${sql.join([...scope])})`;
}

const column = (alias: string, name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`);

/**
 * The same of what is found by something else, such as by its key, its product or its license. No index serves a condition
 * that is spelled so: that of customers finds all that a customer has, and SQLite takes it as gladly for each row of a list.
 */
function customerAlsoIn(scope: Scope, alias: string): Condition {
  return customerIn(scope, sql`(${column(alias, 'customer_id')} || '')`);
}

/** A key (under the given alias) is the reader's own: its customer is in scope. All of it is theirs to see. */
export function keyOwn(scope: Scope, alias = 'k'): Condition {
  return customerAlsoIn(scope, alias);
}

/** A key is visible if it is the reader's own, or is with a unit or a person that is (P2, `seenKey` of the domain). */
export function keyVisible(scope: Scope, alias = 'k'): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(${keyOwn(scope, alias)} or exists (select 1 from assignment va
    where va.key_id = ${column(alias, 'id')} and va.removed_at is null and ${heldVisible(scope, 'va')}))`;
}

/**
 * The same for a list over all keys: what belongs to few customers is gathered by them, and no other row is read. Where a row
 * is found by its id anyway, `keyVisible` looks at that row alone.
 */
export function keyAmongVisible(scope: Scope, alias = 'k'): Condition {
  if (scope === 'all' || scope.length === 0 || scope.length > mostInPlace) return keyVisible(scope, alias);
  return sql<SqlBool>`${column(alias, 'id')} in (
    select ok.id from "key" ok where ${customerIn(scope, sql`ok.customer_id`)}
    union all select va.key_id from assignment va where va.removed_at is null and ${customerIn(scope, sql`va.customer_id`)})`;
}

/** The text of a key (under the given alias) is the reader's to have: it is their own, or on a unit that is (P1, P2). */
export function keyRevealable(scope: Scope, alias = 'k'): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(${keyOwn(scope, alias)} or exists (select 1 from assignment ra join equipment re on re.id = ra.equipment_id
    where ra.key_id = ${column(alias, 'id')} and ra.removed_at is null and ${customerAlsoIn(scope, 're')}))`;
}

/** A product (alias `p`) exists for those who see a key or a license of it (P2). */
export function productVisible(scope: Scope): Condition {
  if (scope === 'all') return everything;
  const [ownKey, ownLicense] = [sql`k.customer_id`, sql`pl.customer_id`].map((own) => customerIn(scope, own));
  // By customer and product for each product; of many customers all that is theirs is gathered once, as what others have is.
  const hasOwn =
    scope.length > mostInPlace
      ? sql`p.id in (select k.product_id from "key" k where ${ownKey})
          or p.id in (select pl.product_id from license pl where ${ownLicense})`
      : sql`exists (select 1 from "key" k where k.product_id = p.id and ${ownKey})
          or exists (select 1 from license pl where pl.product_id = p.id and ${ownLicense})`;
  return sql<SqlBool>`(${hasOwn}
    or p.id in (select hk.product_id from assignment ha join "key" hk on hk.id = ha.key_id
      where ha.removed_at is null and ${holderVisible(scope, 'ha')}))`;
}

/** A product (alias `p`) is the reader's alone: every key and license of it is theirs, and there is one (P2). */
export function productOwn(scope: Scope): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(${productVisible(scope)}
    and not exists (select 1 from "key" k where k.product_id = p.id and not ${keyOwn(scope)})
    and not exists (select 1 from license pl where pl.product_id = p.id and not ${customerIn(scope, sql`pl.customer_id`)}))`;
}

/**
 * An assignment (alias `a`) is visible if it is the reader's own, or its key is, and was so before it was over
 * (`seenAssignment` of the domain).
 */
export function assignmentVisible(scope: Scope): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(${holderVisible(scope, 'a')} or exists (select 1 from "key" vk where vk.id = a.key_id and ${keyOwn(scope, 'vk')}
    and (a.removed_at is null or a.removed_at > vk.owned_since)))`;
}

/** An assignment (under the given alias) is the reader's own: only then may its unit and user be named (P2). */
export function holderVisible(scope: Scope, alias: string): Condition {
  return customerIn(scope, column(alias, 'customer_id'));
}

/** The same of an assignment that is found by its key. */
export function heldVisible(scope: Scope, alias: string): Condition {
  return customerAlsoIn(scope, alias);
}

/**
 * The key of an assignment (alias `a`) that is seen is seen as well (`seenKey`): which it is while the assignment is active,
 * and afterwards only for its owner, or where it is with somebody of the reader's still. Else nothing that the key is now
 * may be told with the assignment (P2, S5).
 */
export function assignmentKeySeen(scope: Scope): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(a.removed_at is null or exists (select 1 from "key" tk where tk.id = a.key_id and ${keyVisible(scope, 'tk')}))`;
}

/** The unit of an assignment (alias `a`, unit `e`) may be named: it is the reader's, and was so while it had the key. */
export function assignmentUnitSeen(scope: Scope): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(${holderVisible(scope, 'a')} and ${customerIn(scope, sql`e.customer_id`)})`;
}

/** The seat of an assignment (alias `a`), null where its key is not the reader's own: it tells how many others hold it (P2). */
export function seatShown(scope: Scope): RawBuilder<number | null> {
  if (scope === 'all') return sql`a.seat`;
  return sql`case when exists (select 1 from "key" sk where sk.id = a.key_id and ${keyOwn(scope, 'sk')}) then a.seat end`;
}

const productActions = sql.join(['product.created', 'product.updated', 'product.deleted', 'facts.stated']);

/**
 * An entry of the log (alias `e`) is visible if the customer it was made under is in scope. A product has no customer: its
 * entries are there for whoever sees the product (P2).
 */
export function entryVisible(scope: Scope): Condition {
  if (scope === 'all') return everything;
  return sql<SqlBool>`(${customerIn(scope, sql`e.customer_id`)} or (e.action in (${productActions}) and e.subject in (
    select 'product:' || p.id from product p where ${productVisible(scope)})))`;
}
