import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { FAR_END } from '../../domain/day.ts';
import { foldText } from '../../domain/fold.ts';
import type { Scope } from '../../domain/permissions.ts';
import { keyFields } from '../../domain/records/key.ts';
import { attributeSql } from '../attributes/attribute-fields.ts';
import type { AttributeFields } from '../attributes/attribute-queries.ts';
import type { ReadCtx } from '../context.ts';
import type { Condition, FieldSql, Rows } from '../list/run-list.ts';
import { plainSql } from '../records/plain-sql.ts';
import { heldVisible } from '../scope/scope-sql.ts';

/** The status as SQL, over alias `k`: the same function of facts as `keyStatus` (house, invariant 2). */
export function statusSql(today: string): RawBuilder<string> {
  return sql<string>`case when k.hold = 'revoked' then 'revoked' when k.validity_end < ${today} then 'expired'
    when k.hold = 'full' then 'applied' else 'available' end`;
}

const ranges = { hold: sql`k.hold`, end: sql`k.validity_end` };
/** No index serves columns that are spelled so. */
const ofTheRow: typeof ranges = { hold: sql`(k.hold || '')`, end: sql`(k.validity_end || '')` };

/** The same, one index range a status, for filters; or, of keys that something else finds, asked of each row. */
function statusIs(status: string, today: string, { hold, end } = ranges): Condition {
  switch (status) {
    case '':
      return sql<SqlBool>`false`;
    case 'revoked':
      return sql<SqlBool>`${hold} = 'revoked'`;
    case 'expired':
      return sql<SqlBool>`(${hold} in ('open', 'full') and ${end} < ${today})`;
    case 'applied':
      return sql<SqlBool>`(${hold} = 'full' and ${end} >= ${today})`;
    default:
      return sql<SqlBool>`(${hold} = 'open' and ${end} >= ${today})`;
  }
}

/** Filters that find keys by an index of their own: few of all, while a status may be half of them. */
const finding = ['productId', 'customerId', 'licenseId', 'equipmentId', 'userName'];

/** Keys (alias `k`) that can be applied today. */
export function applicableToday(today: string): Condition {
  return sql<SqlBool>`(k.hold = 'open' and k.validity_end >= ${today} and k.validity_start <= ${today})`;
}

function anyCondition(conditions: Condition[]): Condition {
  return sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;
}

function flag(condition: Condition): RawBuilder<number> {
  return sql<number>`case when ${condition} then 1 else 0 end`;
}

/** Keys with an active assignment for which `holder` holds; '' among the values means keys without one. */
function heldBy(scope: Scope, values: readonly string[], column: RawBuilder<unknown>, given: string[]): Condition {
  const conditions: Condition[] = [];
  if (given.length > 0)
    // Gathered once: by the index of the holder, however many keys there are.
    conditions.push(sql<SqlBool>`k.id in (select ha.key_id from assignment ha where ha.removed_at is null
      and ${column} in (${sql.join(given)}) and ${heldVisible(scope, 'ha')})`);
  if (values.includes(''))
    conditions.push(sql<SqlBool>`not exists (select 1 from assignment ha where ha.key_id = k.id and ha.removed_at is null
      and coalesce(${column}, '') <> '' and ${heldVisible(scope, 'ha')})`);
  return anyCondition(conditions);
}

/** Keys of these customers; the index of the table serves, which it does not for keys as somebody sees them. */
function ownedBy(scope: readonly string[], values: readonly string[]): Condition {
  const given = values.filter((id) => scope.includes(id));
  const conditions: Condition[] = [sql<SqlBool>`false`];
  if (given.length > 0)
    conditions.push(sql<SqlBool>`k.id in (select ok.id from "key" ok where ok.customer_id in (${sql.join(given)}))`);
  if (values.includes('')) conditions.push(sql<SqlBool>`k.customer_id = ''`);
  return anyCondition(conditions);
}

/** One row an active assignment for which `holder` holds, under the alias `ga`. */
const eachHolder =
  ({ db, scope }: Pick<ReadCtx, 'db' | 'scope'>, holder: RawBuilder<SqlBool>) =>
  (): Rows =>
    db
      .selectFrom('assignment as ga')
      .where('ga.removed_at', 'is', null)
      .where(sql<SqlBool>`(${holder} and ${heldVisible(scope, 'ga')})`);

const end = sql`(case when k.validity_end = ${FAR_END} then '' else k.validity_end end)`;
const firstUnit = (scope: Scope, column: string): RawBuilder<string> =>
  sql`coalesce((select min(${sql.ref(column)}) from assignment fa join equipment fe on fe.id = fa.equipment_id
    where fa.key_id = k.id and fa.removed_at is null and ${heldVisible(scope, 'fa')}), '')`;
/** Of several users the first in order: what a key is sorted by. */
const firstUser = (scope: Scope, column: string): RawBuilder<string> =>
  sql`coalesce((select ${sql.ref(column)} from assignment fu where fu.key_id = k.id and fu.removed_at is null
    and fu.user_f <> '' and ${heldVisible(scope, 'fu')} order by fu.user_f, fu.user_name limit 1), '')`;

/** The fields of the key list in SQL, over alias `k`: keys as the reader sees them (`seenKeys`). */
export function keyFieldsSql(ctx: ReadCtx, attributes: AttributeFields): Record<string, FieldSql> {
  const { today, fragments, scope } = ctx;
  const product = sql`(select p.name_f from product p where p.id = k.product_id)`;
  const customer = sql`coalesce((select c.name_f from customer c where c.id = k.customer_id), '')`;
  const license = sql`coalesce((select lp.name_f from license l join product lp on lp.id = l.product_id where l.id = k.license_id), '')`;
  const inherited = (own: string, column: string): RawBuilder<string> =>
    sql`coalesce(nullif(${sql.ref(own)}, ''), (select ${sql.ref(column)} from license il where il.id = k.license_id), '')`;
  return {
    maskedKey: { value: sql`k.tail_f`, display: sql`k.tail` },
    delivery: { value: sql`k.delivery` },
    product: { value: product, display: sql`(select p.name from product p where p.id = k.product_id)` },
    productId: { value: sql`k.product_id`, order: product },
    keyType: { value: sql`k.key_type` },
    status: {
      value: statusSql(today),
      matches: (values, beside) => {
        const isFound = scope !== 'all' || finding.some((name) => beside.has(name));
        return anyCondition(values.map((value) => statusIs(value, today, isFound ? ofTheRow : ranges)));
      },
    },
    inUse: { value: flag(sql<SqlBool>`k.seats_taken > 0`) },
    notYetValid: { value: flag(sql<SqlBool>`k.validity_start > ${today}`) },
    validityStart: { value: sql`k.validity_start` },
    validityEnd: { value: end, order: sql`k.validity_end` },
    validityEndMonth: { value: sql`substr(${end}, 1, 7)`, order: sql`substr(k.validity_end, 1, 7)` },
    seats: { value: sql`k.seats` },
    seatsTaken: { value: sql`k.seats_taken` },
    ...plainSql(fragments, 'k', keyFields),
    userName: {
      value: firstUser(scope, 'fu.user_f'),
      display: firstUser(scope, 'fu.user_name'),
      matches: (values) => heldBy(scope, values, sql`ha.user_f`, values.filter(Boolean).map(foldText)),
      each: {
        rows: eachHolder(ctx, sql<SqlBool>`ga.user_f <> ''`),
        id: sql`ga.key_id`,
        value: sql`ga.user_f`,
        display: sql`ga.user_name`,
      },
    },
    equipmentId: {
      value: firstUnit(scope, 'fe.id'),
      order: firstUnit(scope, 'fe.name_f'),
      matches: (values) => heldBy(scope, values, sql`ha.equipment_id`, values.filter(Boolean)),
      each: {
        rows: eachHolder(ctx, sql<SqlBool>`ga.equipment_id is not null`),
        id: sql`ga.key_id`,
        value: sql`ga.equipment_id`,
      },
    },
    licenseId: { value: sql`coalesce(k.license_id, '')`, order: license },
    customerId: {
      value: sql`k.customer_id`,
      order: customer,
      ...(scope !== 'all' && { matches: (values: readonly string[]) => ownedBy(scope, values) }),
    },
    customer: {
      value: customer,
      display: sql`coalesce((select c.name from customer c where c.id = k.customer_id), '')`,
    },
    purchaseDate: { value: inherited('k.purchase_date', 'il.purchase_date') },
    termsOfUse: {
      value: sql`coalesce(${fragments.jsonText('k.folded', 'termsOfUse')}, (select ${fragments.jsonText('il.folded', 'termsOfUse')} from license il where il.id = k.license_id), '')`,
      display: inherited('k.terms_of_use', 'il.terms_of_use'),
    },
    // An id begins with the moment it was made (UUID version 7), so its order is that of created_at, and indexed.
    createdAt: { value: sql`k.created_at`, idOrdersAlike: true },
    ...attributeSql(fragments, 'k', attributes),
  };
}
