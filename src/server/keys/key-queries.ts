import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { keyList, type key as keySchema } from '../../contract/keys.ts';
import { decodeFilter } from '../../contract/list.ts';
import { addPeriod } from '../../domain/day.ts';
import { foldText } from '../../domain/fold.ts';
import { isInUse, isNotYetValid, keyStatus } from '../../domain/key-rules.ts';
import type { Scope } from '../../domain/permissions.ts';
import { keyFields } from '../../domain/records/key.ts';
import { columnNames, shownOf } from '../../domain/records/plain-field.ts';
import { attributeFields } from '../attributes/attribute-queries.ts';
import type { ReadCtx } from '../context.ts';
import { labelsFor } from '../list/labels.ts';
import type { Condition, Found, ListSource } from '../list/run-list.ts';
import { foundBy, having, holding, lineMatches, mayHold, shortTails, tailMatches } from '../list/search.ts';
import { oneOf } from '../records/one-of.ts';
import { assignmentVisible, everything, heldVisible, holderVisible, keyOwn, seatShown } from '../scope/scope-sql.ts';
import { type ScopedReads, scopedStatement } from '../scope/scoped-statement.ts';
import { applicableToday, keyFieldsSql } from './key-fields.ts';
import { factsOf } from './key-record.ts';
import { seenKeys } from './seen-keys.ts';

export type Key = z.output<typeof keySchema>;
type Brief = Key['assignments'][number];

const shownAssignments = 5;

/** The key list: visible keys only, in every count, group and search as well (P2). */
export async function keySource(ctx: ReadCtx): Promise<ListSource<Key>> {
  const attributes = await attributeFields(ctx.db, 'key');
  const fields = new Map([...attributes].map(([name, { field }]) => [name, field]));
  return {
    spec: keyList,
    db: ctx.db,
    rows: () => seenKeys(ctx.db, ctx.scope, { many: true }),
    id: sql`k.id`,
    visible: everything,
    isPart: ctx.scope !== 'all',
    fields: keyFieldsSql(ctx, attributes),
    attributes: fields,
    search: (q) => searchKeys(ctx, q),
    extra: (extra) => extraConditions(ctx, extra),
    read: (ids) => readKeys(ctx, ids),
    idOf: (key) => key.id,
    labels: labelsFor(ctx),
  };
}

/** By last characters, or by any part of code, serial number, user, remarks, attributes or product (K8). */
function searchKeys(ctx: ReadCtx, q: string): Promise<Found> {
  const { scope, fragments } = ctx;
  const products = sql`(select sp.id from product sp where ${lineMatches(fragments, sql`sp.search_f`, q)})`;
  return foundBy(ctx, sql`k.id`, {
    matches: sql<SqlBool>`(${lineMatches(fragments, sql`k.search_f`, q)} or k.product_id in ${products}
      or exists (select 1 from assignment sa where sa.key_id = k.id and sa.removed_at is null
        and ${lineMatches(fragments, sql`sa.user_f`, q)} and ${heldVisible(scope, 'sa')})
      or ${tailMatches(sql`k.tail_f`, q)})`,
    among: [
      mayHold(ctx, 'key', 'id', q),
      mayHold(ctx, 'assignment', 'key_id', q),
      having(holding(ctx, 'product', 'search_f', q), 'key', 'product_id'),
      ...shortTails(q),
    ],
  });
}

function extraConditions(ctx: ReadCtx, extra: Record<string, unknown>): Condition[] {
  const conditions: Condition[] = [];
  const { expiringWithin, ids } = extra;
  if (typeof expiringWithin === 'number') {
    const last = expiringWithin === 0 ? ctx.today : addPeriod(ctx.today, `P${expiringWithin}D`);
    conditions.push(sql<SqlBool>`(k.hold in ('open', 'full') and k.validity_end between ${ctx.today} and ${last})`);
  }
  if (typeof ids === 'string') conditions.push(sql<SqlBool>`k.id in (${sql.join(decodeFilter(ids))})`);
  return conditions;
}

/** One key. Refuses with not_found what is missing or outside the actor's customers, in the same words. */
export const readKey = oneOf('key', readKeys);

/** In any order, each with its first five active assignments. */
async function readKeys(ctx: ReadCtx, ids: string[]): Promise<Key[]> {
  if (ids.length === 0) return [];
  const rows = await keyRows(ctx, { ids: ctx.fragments.listOf(ids) });
  const briefs = await firstAssignments(
    ctx,
    rows.filter((row) => row.seats_taken > 0).map((row) => row.id),
  );
  return rows.map((row) => shownKey(row, briefs.get(row.id) ?? [], ctx.today));
}

/** The visible keys among the given ids, in their order. Never more than 1,000 at once. */
export async function readKeysInOrder(ctx: ReadCtx, ids: string[]): Promise<Key[]> {
  const found = new Map((await readKeys(ctx, ids)).map((key) => [key.id, key]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

const keyRows = scopedStatement(({ db, fragments, scope }: ScopedReads, { ids }: { ids: unknown }) =>
  seenKeys(db, scope)
    .innerJoin('product as p', 'p.id', 'k.product_id')
    .leftJoin('customer as c', 'c.id', 'k.customer_id')
    .leftJoin('license as l', 'l.id', 'k.license_id')
    .leftJoin('product as lp', 'lp.id', 'l.product_id')
    .select([
      'k.id',
      'k.mask',
      'k.delivery',
      'k.file_name',
      'k.file_size',
      'k.key_type',
      'k.validity_start',
      'k.validity_end',
      'k.seats',
      'k.seats_taken',
    ])
    .select(['k.revoked_at', 'k.license_id', 'k.customer_id', 'k.attributes', 'k.replaces_id'])
    .select(columnNames(keyFields, 'k'))
    .select(['k.replaced_by_id', 'k.created_at', 'k.version', 'p.id as product_id', 'p.name as product_name'])
    .select(['p.code as product_code', 'c.name as customer_name', 'lp.name as license_product'])
    .select([
      'l.order_number as license_order',
      'l.purchase_date as license_purchase',
      'l.terms_of_use as license_terms',
    ])
    .where(fragments.isInList('k.id', ids)),
);

type KeyRow = Awaited<ReturnType<typeof keyRows>>[number];

function shownKey(row: KeyRow, assignments: Brief[], today: string): Key {
  const facts = factsOf(row);
  const plain = shownOf(keyFields, row);
  const inherited: Key['inherited'] = [];
  if (!plain.purchaseDate && row.license_purchase) inherited.push('purchaseDate');
  if (!plain.termsOfUse && row.license_terms) inherited.push('termsOfUse');
  const licenseName = [row.license_product, row.license_order].filter(Boolean).join(' · ');
  return {
    id: row.id,
    maskedKey: row.mask,
    delivery: row.delivery,
    licenseFile: row.delivery === 'file' ? { name: row.file_name || null, size: row.file_size } : null,
    product: { id: row.product_id, name: row.product_name, code: row.product_code || null },
    keyType: row.key_type,
    status: keyStatus(facts, today),
    inUse: isInUse(facts),
    notYetValid: isNotYetValid(facts, today),
    validityStart: facts.validityStart,
    validityEnd: facts.validityEnd,
    seats: row.seats,
    seatsTaken: row.seats_taken,
    ...plain,
    userName: usersOf(assignments),
    licenseId: row.license_id,
    license: row.license_id === null ? null : { id: row.license_id, name: licenseName },
    customerId: row.customer_id || null,
    customer: row.customer_name === null ? null : { id: row.customer_id, name: row.customer_name },
    elsewhere: row.customer_name === null,
    purchaseDate: plain.purchaseDate ?? (row.license_purchase || null),
    termsOfUse: plain.termsOfUse ?? (row.license_terms || null),
    inherited,
    // Written by judgeAttributes, so its values are texts, numbers and booleans.
    attributes: JSON.parse(row.attributes) as Key['attributes'],
    assignments,
    replaces: row.replaces_id,
    replacedBy: row.replaced_by_id,
    revokedAt: row.revoked_at,
    createdAt: row.created_at || null,
    version: row.version,
  };
}

/** The users of the shown assignments, each once. */
function usersOf(assignments: Brief[]): string | null {
  const names = new Map(assignments.flatMap(({ userName }) => (userName ? [[foldText(userName), userName]] : [])));
  return [...names.values()].join(', ') || null;
}

/** Only what is the reader's own is named: of the owner's people others see nothing, and they of others a seat that is taken (P2). */
async function firstAssignments(ctx: ReadCtx, keyIds: string[]): Promise<Map<string, Brief[]>> {
  const byKey = new Map<string, Brief[]>();
  if (keyIds.length === 0) return byKey;
  const rows = await briefRows(ctx, { keyIds: ctx.fragments.listOf(keyIds), shown: shownAssignments });
  for (const row of rows) {
    const equipment =
      row.unit_id === null ? null : { id: row.unit_id, name: row.name ?? '', serialNumber: row.serial_number || null };
    const userName = row.user_name || null;
    const brief = { id: row.id, seat: row.seat, equipment, userName, appliedOn: row.applied_on };
    byKey.set(row.key_id, [...(byKey.get(row.key_id) ?? []), brief]);
  }
  return byKey;
}

/** A column of an assignment that names its holder, null where that is not the reader's own. */
function ifMine(scope: Scope, column: string): RawBuilder<string | null> {
  if (scope === 'all') return sql`${sql.ref(column)}`;
  return sql`case when ${holderVisible(scope, 'a')} then ${sql.ref(column)} end`;
}

const briefRows = scopedStatement(
  ({ db, fragments, scope }: ScopedReads, { keyIds, shown }: { keyIds: unknown; shown: number }) =>
    db
      .selectFrom((from) =>
        from
          .selectFrom('assignment as a')
          .select(['a.id', 'a.key_id', 'a.applied_on', seatShown(scope).as('seat')])
          .select([ifMine(scope, 'a.equipment_id').as('equipment_id'), ifMine(scope, 'a.user_name').as('user_name')])
          .select(sql<number>`row_number() over (partition by a.key_id order by a.seat)`.as('place'))
          .where(fragments.isInList('a.key_id', keyIds))
          .where('a.removed_at', 'is', null)
          .where(assignmentVisible(scope))
          .as('a'),
      )
      .leftJoin('equipment as e', 'e.id', 'a.equipment_id')
      .select(['a.id', 'a.key_id', 'a.seat', 'a.user_name', 'a.applied_on'])
      .select(['e.id as unit_id', 'e.name', 'e.serial_number'])
      .where('a.place', '<=', shown)
      .orderBy('a.key_id')
      .orderBy('a.place'),
);

/** The actor's free key of a product that could be applied today and expires first: what a lost seat is answered with. */
export async function nextFreeKey(
  ctx: ReadCtx,
  productId: string,
  notId: string,
): Promise<{ id: string; maskedKey: string } | null> {
  const row = await ctx.db
    .selectFrom('key as k')
    .select(['k.id', 'k.mask'])
    .where('k.product_id', '=', productId)
    .where('k.id', '<>', notId)
    .where(applicableToday(ctx.today))
    .where(keyOwn(ctx.scope))
    .orderBy('k.validity_end')
    .orderBy('k.id')
    .limit(1)
    .executeTakeFirst();
  return row ? { id: row.id, maskedKey: row.mask } : null;
}
