import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { productList, type product as productSchema } from '../../contract/products.ts';
import { type AppError, forbidden } from '../../domain/errors.ts';
import { shownOf } from '../../domain/records/plain-field.ts';
import { productFields as plainFields } from '../../domain/records/product.ts';
import { notFound, type ReadCtx } from '../context.ts';
import { applicableToday } from '../keys/key-fields.ts';
import type { FieldSql, ListSource } from '../list/run-list.ts';
import { lineMatches } from '../list/search.ts';
import { administratorNames } from '../people/administrator-names.ts';
import { oneOf } from '../records/one-of.ts';
import { plainSql } from '../records/plain-sql.ts';
import { customerIn, keyOwn, keyVisible, productVisible } from '../scope/scope-sql.ts';

export type Product = z.output<typeof productSchema>;

/** The product list: products of which the reader sees a key or a license (P2), with counts of those alone. */
export async function productSource(ctx: ReadCtx): Promise<ListSource<Product>> {
  return {
    spec: productList,
    db: ctx.db,
    rows: () => ctx.db.selectFrom('product as p'),
    id: sql`p.id`,
    visible: productVisible(ctx.scope),
    fields: productFields(ctx),
    attributes: new Map(),
    search: (q) => lineMatches(ctx.fragments, sql`p.search_f`, q),
    read: (ids) => readProducts(ctx, ids),
    idOf: (product) => product.id,
  };
}

/** One product. Refuses with not_found what is missing or of which the actor sees no key and no license. */
export const readProduct = oneOf('product', readProducts);

/** What a product is counted by, over alias `p`, within the reader's customers. */
function countsSql({ scope, today }: ReadCtx) {
  const keys = sql<number>`(select count(*) from "key" k where k.product_id = p.id and ${keyVisible(scope)})`;
  const freeKeys = sql<number>`(select count(*) from "key" k where k.product_id = p.id and ${applicableToday(today)}
    and ${keyOwn(scope)})`;
  const licenses = sql<number>`(select count(*) from license cl where cl.product_id = p.id
    and ${customerIn(scope, sql`cl.customer_id`)})`;
  return { keys, freeKeys, licenses };
}

function productFields(ctx: ReadCtx): Record<string, FieldSql> {
  const { keys, freeKeys, licenses } = countsSql(ctx);
  return {
    name: { value: sql`p.name_f`, display: sql`p.name`, isIndexed: true },
    ...plainSql(ctx.fragments, 'p', plainFields),
    archived: { value: sql`p.archived` },
    keyCount: { value: keys },
    freeKeyCount: { value: freeKeys },
    licenseCount: { value: licenses },
    createdAt: { value: sql`p.created_at`, idOrdersAlike: true },
  };
}

async function readProducts(ctx: ReadCtx, ids: string[]): Promise<Product[]> {
  const { keys, freeKeys, licenses } = countsSql(ctx);
  const rows = await ctx.db
    .selectFrom('product as p')
    .selectAll('p')
    .select([keys.as('key_count'), freeKeys.as('free_key_count'), licenses.as('license_count')])
    .where(ctx.fragments.isInList('p.id', ctx.fragments.listOf(ids)))
    .where(productVisible(ctx.scope))
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    ...shownOf(plainFields, row),
    archived: row.archived === 1,
    keyCount: row.key_count,
    freeKeyCount: row.free_key_count,
    licenseCount: row.license_count,
    createdAt: row.created_at,
    version: row.version,
  }));
}

/** The visible product of a folded name, for a refusal that says which one has it. */
export async function productNamed(ctx: ReadCtx, name_f: string): Promise<string | undefined> {
  const row = await ctx.db
    .selectFrom('product as p')
    .select('p.id')
    .where('p.name_f', '=', name_f)
    .where(sql<SqlBool>`${productVisible(ctx.scope)}`)
    .executeTakeFirst();
  return row?.id;
}

/**
 * Why a product that a change did not find is not the actor's to change: it is not there for them, or others use it as
 * well, which nobody of some customers changes for them (P2).
 */
export async function notChangeable(ctx: ReadCtx, id: string): Promise<AppError> {
  const [seen] = await readProducts(ctx, [id]);
  if (!seen) return notFound('product');
  const administrators = await administratorNames(ctx);
  return forbidden({
    code: 'product_shared',
    detail: `Only who sees all keys and licenses of a product may change it. Ask an administrator: ${administrators}.`,
    params: { administrators },
  });
}
