import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import type { Tables } from '../../db/tables.ts';
import type { Scope } from '../../domain/permissions.ts';
import { keyFields } from '../../domain/records/key.ts';

import { plainUntold } from '../records/plain-sql.ts';
import { customerIn, heldVisible, keyAmongVisible, keyOwn, keyVisible } from '../scope/scope-sql.ts';

// The handle's own tables, and the keys under their alias.
type Keys = SelectQueryBuilder<Tables & { k: Tables['key'] }, 'k', object>;

/** What everybody who sees a key is told of it (P2). */
const told = [
  ...['id', 'product_id', 'key_type', 'validity_start', 'validity_end'],
  ...['tail', 'tail_f', 'mask', 'delivery', 'file_name', 'file_size'],
];

/** What is told to the owner's people alone, and what stands in its place for others: a key without any of it. */
const ownersOnly = {
  customer_id: sql`''`,
  revoked_at: sql`null`,
  // It is with somebody of the reader's, so it reads as applied, or as expired.
  hold: sql`'full'`,
  ...plainUntold(keyFields),
  attributes: sql`'{}'`,
  folded: sql`'{}'`,
  search_f: sql`''`,
  created_at: sql`''`,
  version: sql`0`,
};

/**
 * The keys (alias `k`) as somebody of that scope sees them: visible ones only, and of those that are not theirs nothing
 * but what P2 tells. Whatever is filtered, sorted, searched, grouped, counted or read from here tells no more than that;
 * for people of all customers it is the table itself. `many`: not found by their ids.
 */
export function seenKeys(db: ReadDb, scope: Scope, { many = false } = {}): Keys {
  // A builder over the table under this alias has the type that a builder over its columns in a subquery has.
  if (scope === 'all') return db.selectFrom('key as k') as unknown as Keys;
  const own = keyOwn(scope);
  const column = (name: string): RawBuilder<unknown> => sql.ref(`k.${name}`);
  const ifOwn = (name: string, mine: RawBuilder<unknown>, others: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`case when ${own} then ${mine} else ${others} end as ${sql.ref(name)}`;
  const mySeats = sql`(select count(*) from assignment sa where sa.key_id = k.id and sa.removed_at is null
    and ${heldVisible(scope, 'sa')})`;
  const visibleKey = (name: string): RawBuilder<unknown> =>
    sql`(select o.id from "key" o where o.id = ${column(name)} and ${keyVisible(scope, 'o')})`;
  const license = sql`(select ol.id from license ol where ol.id = k.license_id and ${customerIn(scope, sql`ol.customer_id`)})`;
  const columns = [
    ...told.map(column),
    ...Object.entries(ownersOnly).map(([name, others]) => ifOwn(name, column(name), others)),
    ifOwn('seats', column('seats'), mySeats),
    ifOwn('seats_taken', column('seats_taken'), mySeats),
    ifOwn('license_id', license, sql`null`),
    ifOwn('replaces_id', visibleKey('replaces_id'), sql`null`),
    ifOwn('replaced_by_id', visibleKey('replaced_by_id'), sql`null`),
  ];
  const isVisible = many ? keyAmongVisible(scope) : keyVisible(scope);
  const seen = sql<Tables['key']>`(select ${sql.join(columns)} from "key" k where ${isVisible})`;
  return db.selectFrom(seen.as('k')) as unknown as Keys;
}
