import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { licenseList, type license as licenseSchema } from '../../contract/licenses.ts';
import type { Day } from '../../domain/day.ts';
import { licenseFields as plainFields } from '../../domain/records/license.ts';
import { shownOf } from '../../domain/records/plain-field.ts';
import { attributeFields } from '../attributes/attribute-queries.ts';
import type { ReadCtx } from '../context.ts';
import { labelsFor } from '../list/labels.ts';
import type { Condition, Found, ListSource } from '../list/run-list.ts';
import { foundBy, having, holding, lineMatches, mayHold } from '../list/search.ts';
import { oneOf } from '../records/one-of.ts';
import { customerIn } from '../scope/scope-sql.ts';
import { licenseFields, licenseUse } from './license-fields.ts';
import { licenseOf } from './license-record.ts';

export type License = z.output<typeof licenseSchema>;

/** The licenses of the reader's customers, with what is keyed, taken and free (E3, E6, P2). */
export async function licenseSource(ctx: ReadCtx): Promise<ListSource<License>> {
  const attributes = await attributeFields(ctx.db, 'license');
  const fields = new Map([...attributes].map(([name, { field }]) => [name, field]));
  return {
    spec: licenseList,
    db: ctx.db,
    rows: () => ctx.db.selectFrom('license as l'),
    id: sql`l.id`,
    visible: customerIn(ctx.scope, sql`l.customer_id`),
    fields: licenseFields(ctx, attributes),
    attributes: fields,
    search: (q) => searchLicenses(ctx, q),
    extra: (extra) => unusedCondition(ctx, extra),
    read: (ids) => readLicenses(ctx, ids),
    idOf: (license) => license.id,
    labels: labelsFor(ctx),
  };
}

/** One license. Refuses with not_found what is missing or outside the actor's customers. */
export const readLicense = oneOf('license', readLicenses);

/** By any part of its texts, its product's or its customer's name. */
function searchLicenses(ctx: ReadCtx, q: string): Promise<Found> {
  const { fragments } = ctx;
  const products = sql`(select sp.id from product sp where ${lineMatches(fragments, sql`sp.search_f`, q)})`;
  const customers = sql`(select sc.id from customer sc where ${lineMatches(fragments, sql`sc.name_f`, q)})`;
  return foundBy(ctx, sql`l.id`, {
    matches: sql<SqlBool>`(${lineMatches(fragments, sql`l.search_f`, q)} or l.product_id in ${products}
      or l.customer_id in ${customers})`,
    among: [
      mayHold(ctx, 'license', 'id', q),
      having(holding(ctx, 'product', 'search_f', q), 'license', 'product_id'),
      having(holding(ctx, 'customer', 'name_f', q), 'license', 'customer_id'),
    ],
  });
}

function unusedCondition(ctx: ReadCtx, { unusedForMonths }: Record<string, unknown>): Condition[] {
  if (typeof unusedForMonths !== 'number') return [];
  const { free, unusedSince } = licenseUse(ctx);
  return [sql<SqlBool>`(${free} > 0 and ${unusedSince} <= ${monthsBefore(ctx.today, unusedForMonths)})`];
}

/** The same day so many months ago; a day that month lacks becomes its last. */
function monthsBefore(day: Day, months: number): Day {
  const from = new Date(`${day}T00:00:00.000Z`);
  const month = from.getUTCMonth() - months;
  const lastOfMonth = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const monthDay = Math.min(from.getUTCDate(), lastOfMonth);
  return new Date(Date.UTC(from.getUTCFullYear(), month, monthDay)).toISOString().slice(0, 10);
}

async function readLicenses(ctx: ReadCtx, ids: string[]): Promise<License[]> {
  const { keyed, taken, unusedSince } = licenseUse(ctx);
  const rows = await ctx.db
    .selectFrom('license as l')
    .innerJoin('product as p', 'p.id', 'l.product_id')
    .innerJoin('customer as c', 'c.id', 'l.customer_id')
    .selectAll('l')
    .select(['p.name as product_name', 'c.name as customer_name'])
    .select([keyed.as('keyed'), taken.as('taken'), unusedSince.as('unused_since')])
    .where(ctx.fragments.isInList('l.id', ctx.fragments.listOf(ids)))
    .where(customerIn(ctx.scope, sql`l.customer_id`))
    .execute();
  return rows.map((row) => {
    const { productId, ...license } = licenseOf(row);
    return {
      id: row.id,
      ...license,
      product: { id: productId, name: row.product_name },
      customer: { id: row.customer_id, name: row.customer_name },
      ...shownOf(plainFields, row),
      keyed: row.keyed,
      taken: row.taken,
      free: row.quantity - row.taken,
      unusedSince: row.unused_since || null,
      createdAt: row.created_at,
      version: row.version,
    };
  });
}
