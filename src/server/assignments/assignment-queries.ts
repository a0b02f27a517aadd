import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { assignmentList, type assignment as assignmentSchema } from '../../contract/assignments.ts';
import type { Scope } from '../../domain/permissions.ts';
import { inScope } from '../../domain/permissions.ts';
import type { ReadCtx } from '../context.ts';
import { labelsFor } from '../list/labels.ts';
import type { Condition, FieldSql, Found, ListSource } from '../list/run-list.ts';
import { foundBy, having, holding, lineMatches, mayHold, shortTails, tailMatches } from '../list/search.ts';
import { oneOf } from '../records/one-of.ts';
import {
  assignmentKeySeen,
  assignmentUnitSeen,
  assignmentVisible,
  customerIn,
  holderVisible,
  keyOwn,
  seatShown,
} from '../scope/scope-sql.ts';
import { type ScopedReads, scopedStatement } from '../scope/scoped-statement.ts';
import { type Said, saidWhenRemoved } from './said-when-removed.ts';

export type Assignment = z.output<typeof assignmentSchema>;

/** The list of equipment features: active ones unless `state` or `on` says otherwise (A6, A12). */
export async function assignmentSource(ctx: ReadCtx): Promise<ListSource<Assignment>> {
  return {
    spec: assignmentList,
    db: ctx.db,
    rows: () => ctx.db.selectFrom('assignment as a'),
    id: sql`a.id`,
    visible: assignmentVisible(ctx.scope),
    fields: assignmentFields(ctx),
    attributes: new Map(),
    search: (q) => searchAssignments(ctx, q),
    extra: stateConditions,
    read: (ids) => readAssignments(ctx, ids),
    idOf: (assignment) => assignment.id,
    labels: labelsFor(ctx),
  };
}

/** One assignment, active or removed. Refuses with not_found what is missing or outside the actor's customers. */
export const readAssignment = oneOf('assignment', readAssignments);

/** What was assigned at the end of a day: applied by then and not removed by then (A12). */
function stateConditions(extra: Record<string, unknown>): Condition[] {
  const { state, on } = extra;
  const conditions: Condition[] = [];
  if (typeof on === 'string')
    conditions.push(sql<SqlBool>`(a.applied_on <= ${on} and (a.removed_on is null or a.removed_on > ${on}))`);
  if (state === 'removed') conditions.push(sql<SqlBool>`a.removed_at is not null`);
  if (state === 'active' || (state === undefined && on === undefined))
    conditions.push(sql<SqlBool>`a.removed_at is null`);
  return conditions;
}

/** By any part of its user and remarks, of its unit, or of its key as keys are searched. */
function searchAssignments(ctx: ReadCtx, q: string): Promise<Found> {
  const { scope, fragments } = ctx;
  const products = sql`(select sp.id from product sp where ${lineMatches(fragments, sql`sp.search_f`, q)})`;
  const ofProducts = having(holding(ctx, 'product', 'search_f', q), 'key', 'product_id');
  return foundBy(ctx, sql`a.id`, {
    matches: sql<SqlBool>`((${lineMatches(fragments, sql`a.user_f`, q)} or ${lineMatches(fragments, sql`a.remarks_f`, q)}) and ${holderVisible(scope, 'a')}
      or exists (select 1 from equipment se where se.id = a.equipment_id and ${lineMatches(fragments, sql`se.search_f`, q)}
        and ${customerIn(scope, sql`(se.customer_id || '')`)}) and ${holderVisible(scope, 'a')}
      or exists (select 1 from "key" sk where sk.id = a.key_id and (${tailMatches(sql`sk.tail_f`, q)}
        or (${lineMatches(fragments, sql`sk.search_f`, q)} and ${keyOwn(scope, 'sk')}) or sk.product_id in ${products}))
        and ${assignmentKeySeen(scope)})`,
    among: [
      mayHold(ctx, 'assignment', 'id', q),
      having(mayHold(ctx, 'equipment', 'id', q), 'assignment', 'equipment_id'),
      ...[mayHold(ctx, 'key', 'id', q), ofProducts, ...shortTails(q)].map((keys) =>
        having(keys, 'assignment', 'key_id'),
      ),
    ],
  });
}

/**
 * What is not the reader's own has no unit, no user, no remarks and no customer in any field, and where the key is not
 * seen any more, no mask and no product (P2).
 */
function assignmentFields({ scope }: ReadCtx): Record<string, FieldSql> {
  const ifSeen = (text: RawBuilder<string>): RawBuilder<string> =>
    scope === 'all' ? text : sql`(case when ${assignmentKeySeen(scope)} then ${text} else '' end)`;
  const ofKey = (column: RawBuilder<unknown>): RawBuilder<string> =>
    ifSeen(sql`(select ${column} from "key" k where k.id = a.key_id)`);
  const ofProduct = (column: RawBuilder<unknown>): RawBuilder<string> =>
    ifSeen(sql`(select ${column} from "key" k join product p on p.id = k.product_id where k.id = a.key_id)`);
  const ofUnit = (column: RawBuilder<unknown>): RawBuilder<string> =>
    sql`coalesce((select ${column} from equipment e where e.id = a.equipment_id and ${assignmentUnitSeen(scope)}), '')`;
  const ofHolder = (column: RawBuilder<unknown>): RawBuilder<string> =>
    scope === 'all' ? sql`${column}` : sql`(case when ${holderVisible(scope, 'a')} then ${column} else '' end)`;
  const ofCustomer = (column: RawBuilder<unknown>): RawBuilder<string> =>
    ofHolder(sql`(select ${column} from customer c where c.id = a.customer_id)`);
  const userName = (column: RawBuilder<unknown>): RawBuilder<string> =>
    sql`coalesce((select ${sql.ref('u.search_f')} from "user" u where u.id = ${column}), '')`;
  return {
    keyId: { value: sql`a.key_id`, order: ofKey(sql`k.tail_f`) },
    maskedKey: { value: ofKey(sql`k.tail_f`), display: ofKey(sql`k.tail`) },
    productId: { value: ofKey(sql`k.product_id`), order: ofProduct(sql`p.name_f`) },
    product: { value: ofProduct(sql`p.name_f`), display: ofProduct(sql`p.name`) },
    equipmentId: {
      value: ofUnit(sql`e.id`),
      order: ofUnit(sql`e.name_f`),
      matches: (values) => onUnits(values, ofUnit(sql`e.id`)),
    },
    equipment: { value: ofUnit(sql`e.name_f`), display: ofUnit(sql`e.name`) },
    customerId: { value: ofHolder(sql`a.customer_id`), order: ofCustomer(sql`c.name_f`) },
    customer: { value: ofCustomer(sql`c.name_f`), display: ofCustomer(sql`c.name`) },
    userName: { value: ofHolder(sql`a.user_f`), display: ofHolder(sql`a.user_name`) },
    appliedOn: { value: sql`a.applied_on` },
    appliedOnMonth: { value: sql`substr(a.applied_on, 1, 7)` },
    appliedBy: { value: sql`a.applied_by`, order: userName(sql`a.applied_by`) },
    remarks: { value: ofHolder(sql`a.remarks_f`), display: ofHolder(sql`a.remarks`) },
    seat: { value: seatShown(scope) },
    removedOn: { value: sql`coalesce(a.removed_on, '')` },
    removedBy: { value: sql`coalesce(a.removed_by, '')`, order: userName(sql`a.removed_by`) },
    appliedAt: { value: sql`a.applied_at` },
  };
}

/** The column itself is compared as well, so that the lines of a unit come from their index. */
function onUnits(values: readonly string[], visibleUnit: RawBuilder<string>): Condition {
  const given = values.filter((value) => value !== '');
  const any: Condition[] = [];
  if (given.length > 0) any.push(sql<SqlBool>`(a.equipment_id in (${sql.join(given)}) and ${visibleUnit} <> '')`);
  if (given.length < values.length) any.push(sql<SqlBool>`${visibleUnit} = ''`);
  return sql<SqlBool>`(${sql.join(any, sql` or `)})`;
}

/** The visible assignments among the given ids. Never more than 1,000 at once. */
async function readAssignments(ctx: ReadCtx, ids: string[]): Promise<Assignment[]> {
  if (ids.length === 0) return [];
  const rows = await assignmentRows(ctx, { ids: ctx.fragments.listOf(ids) });
  const unseen = rows.filter((row) => row.key_seen === 0).map(({ id, key_id: keyId }) => ({ id, keyId }));
  const said = await saidWhenRemoved(ctx, unseen);
  return rows.map((row) => shownAssignment(ctx, row, said));
}

const mostAtOnce = 1000;

/** The visible assignments among any number of ids, in their order. */
export async function readAssignmentsInOrder(ctx: ReadCtx, ids: string[]): Promise<Assignment[]> {
  const found = new Map<string, Assignment>();
  for (let from = 0; from < ids.length; from += mostAtOnce)
    for (const assignment of await readAssignments(ctx, ids.slice(from, from + mostAtOnce)))
      found.set(assignment.id, assignment);
  return ids.flatMap((id) => found.get(id) ?? []);
}

const assignmentRows = scopedStatement(({ db, fragments, scope }: ScopedReads, { ids }: { ids: unknown }) =>
  db
    .selectFrom('assignment as a')
    .innerJoin('key as k', 'k.id', 'a.key_id')
    .innerJoin('product as p', 'p.id', 'k.product_id')
    .innerJoin('user as ab', 'ab.id', 'a.applied_by')
    .leftJoin('user as rb', 'rb.id', 'a.removed_by')
    .leftJoin('equipment as e', (join) => join.onRef('e.id', '=', 'a.equipment_id').on(assignmentUnitSeen(scope)))
    .innerJoin('customer as c', 'c.id', 'a.customer_id')
    .select(['a.id', 'a.key_id', 'a.user_name', 'a.applied_on', 'a.applied_at', 'a.applied_by', 'a.remarks'])
    .select([seatShown(scope).as('seat'), keySeen(scope).as('key_seen')])
    .select([
      'a.removed_on',
      'a.removed_at',
      'a.removed_by',
      'a.version',
      'k.mask',
      'k.delivery',
      'p.id as product_id',
      'p.name as product_name',
    ])
    .select(['ab.name as applied_by_name', 'rb.name as removed_by_name', 'e.id as unit_id', 'e.name as unit_name'])
    .select(['e.serial_number', 'a.customer_id', 'c.name as customer_name'])
    .where(fragments.isInList('a.id', ids))
    .where(assignmentVisible(scope)),
);

/** 1 or 0: those without limits see every key. */
function keySeen(scope: Scope): RawBuilder<number> {
  if (scope === 'all') return sql`1`;
  return sql`case when ${assignmentKeySeen(scope)} then 1 else 0 end`;
}

type AssignmentRow = Awaited<ReturnType<typeof assignmentRows>>[number];

function shownAssignment(ctx: ReadCtx, row: AssignmentRow, said: ReadonlyMap<string, Said>): Assignment {
  const isTold = inScope(ctx.scope, row.customer_id);
  const unit = row.unit_id !== null && isTold;
  return {
    id: row.id,
    key: row.key_seen === 1 ? shownKey(row) : keyAsSaid(row, said.get(row.id)),
    seat: row.seat,
    equipment: unit
      ? { id: row.unit_id ?? '', name: row.unit_name ?? '', serialNumber: row.serial_number || null }
      : null,
    customer: isTold ? { id: row.customer_id, name: row.customer_name } : null,
    userName: isTold ? row.user_name || null : null,
    appliedOn: row.applied_on,
    appliedAt: row.applied_at,
    appliedBy: { id: row.applied_by, name: row.applied_by_name },
    remarks: isTold ? row.remarks || null : null,
    removedOn: row.removed_on,
    removedAt: row.removed_at,
    removedBy: row.removed_by === null ? null : { id: row.removed_by, name: row.removed_by_name ?? '' },
    version: row.version,
  };
}

function shownKey(row: AssignmentRow): Assignment['key'] {
  const product = { id: row.product_id, name: row.product_name };
  return { id: row.key_id, maskedKey: row.mask, delivery: row.delivery, product };
}

/** A key that is not seen any more: by the id that the assignment has, and by what was said of it when that ended. */
function keyAsSaid({ key_id: id }: AssignmentRow, said: Said | undefined): Assignment['key'] {
  const product = { id: null, name: said?.product ?? '' };
  return { id, maskedKey: said?.maskedKey ?? '', delivery: null, product };
}
