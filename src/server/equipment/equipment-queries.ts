import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { equipmentList, type equipment as equipmentSchema } from '../../contract/equipment.ts';
import { decodeFilter } from '../../contract/list.ts';
import { equipmentFields as plainFields } from '../../domain/records/equipment.ts';
import { shownOf } from '../../domain/records/plain-field.ts';
import { attributeSql } from '../attributes/attribute-fields.ts';
import { type AttributeFields, attributeFields } from '../attributes/attribute-queries.ts';
import type { ReadCtx } from '../context.ts';
import { labelsFor } from '../list/labels.ts';
import type { FieldSql, Found, ListSource } from '../list/run-list.ts';
import { foundBy, having, holding, lineMatches, mayHold } from '../list/search.ts';
import { oneOf } from '../records/one-of.ts';
import { plainSql } from '../records/plain-sql.ts';
import { customerIn } from '../scope/scope-sql.ts';
import { equipmentOf } from './equipment-record.ts';

export type Equipment = z.output<typeof equipmentSchema>;

/** The list of units of the reader's customers (E1, P2). */
export async function equipmentSource(ctx: ReadCtx): Promise<ListSource<Equipment>> {
  const attributes = await attributeFields(ctx.db, 'equipment');
  const fields = new Map([...attributes].map(([name, { field }]) => [name, field]));
  return {
    spec: equipmentList,
    db: ctx.db,
    rows: () => ctx.db.selectFrom('equipment as e'),
    id: sql`e.id`,
    visible: customerIn(ctx.scope, sql`e.customer_id`),
    fields: equipmentFields(ctx, attributes),
    attributes: fields,
    search: (q) => searchEquipment(ctx, q),
    extra: ({ ids }) => (typeof ids === 'string' ? [sql<SqlBool>`e.id in (${sql.join(decodeFilter(ids))})`] : []),
    read: (ids) => readUnits(ctx, ids),
    idOf: (unit) => unit.id,
    labels: labelsFor(ctx),
  };
}

/** One unit. Refuses with not_found what is missing or outside the actor's customers. */
export const readEquipment = oneOf('unit', readUnits);

/** By any part of its texts or of its customer's name. */
function searchEquipment(ctx: ReadCtx, q: string): Promise<Found> {
  const { fragments } = ctx;
  const customers = sql`(select sc.id from customer sc where ${lineMatches(fragments, sql`sc.name_f`, q)})`;
  return foundBy(ctx, sql`e.id`, {
    matches: sql<SqlBool>`(${lineMatches(fragments, sql`e.search_f`, q)} or e.customer_id in ${customers})`,
    among: [
      mayHold(ctx, 'equipment', 'id', q),
      having(holding(ctx, 'customer', 'name_f', q), 'equipment', 'customer_id'),
    ],
  });
}

const keyCount = sql<number>`(select count(*) from assignment ca where ca.equipment_id = e.id and ca.removed_at is null)`;

function equipmentFields({ fragments }: ReadCtx, attributes: AttributeFields): Record<string, FieldSql> {
  const customer = sql`(select c.name_f from customer c where c.id = e.customer_id)`;
  return {
    name: { value: sql`e.name_f`, display: sql`e.name`, isIndexed: true },
    ...plainSql(fragments, 'e', plainFields),
    serialNumber: { value: sql`coalesce(e.serial_f, '')`, display: sql`e.serial_number` },
    assetTag: { value: sql`coalesce(e.asset_tag_f, '')`, display: sql`e.asset_tag` },
    customerId: { value: sql`e.customer_id`, order: customer },
    customer: { value: customer, display: sql`(select c.name from customer c where c.id = e.customer_id)` },
    status: { value: sql`e.status` },
    keyCount: { value: keyCount },
    createdAt: { value: sql`e.created_at`, idOrdersAlike: true },
    ...attributeSql(fragments, 'e', attributes),
  };
}

async function readUnits(ctx: ReadCtx, ids: string[]): Promise<Equipment[]> {
  const rows = await ctx.db
    .selectFrom('equipment as e')
    .innerJoin('customer as c', 'c.id', 'e.customer_id')
    .selectAll('e')
    .select(['c.name as customer_name', keyCount.as('key_count')])
    .where(ctx.fragments.isInList('e.id', ctx.fragments.listOf(ids)))
    .where(customerIn(ctx.scope, sql`e.customer_id`))
    .execute();
  return rows.map((row) => {
    return {
      id: row.id,
      ...equipmentOf(row),
      ...shownOf(plainFields, row),
      customer: { id: row.customer_id, name: row.customer_name },
      keyCount: row.key_count,
      createdAt: row.created_at,
      version: row.version,
    };
  });
}
