import { sql } from 'kysely';
import type { ReadCtx } from '../context.ts';
import { customerIn, keyVisible, productVisible } from '../scope/scope-sql.ts';

/** Ids of one statement; keeps well below the parameter limits of both engines. */
const chunk = 1000;

/** Names of the records that an `id` field groups by; what is outside the reader's customers has none. */
export function labelsFor(ctx: ReadCtx): (field: string, ids: string[]) => Promise<Map<string, string>> {
  return async (field, ids) => {
    const labels = new Map<string, string>();
    for (let from = 0; from < ids.length; from += chunk)
      for (const { id, name } of await rowsFor(ctx, field, ids.slice(from, from + chunk))) labels.set(id, name);
    return labels;
  };
}

type Named = { id: string; name: string };

function rowsFor({ db, scope }: ReadCtx, field: string, ids: string[]): Promise<Named[]> {
  switch (field) {
    case 'productId':
      return db
        .selectFrom('product as p')
        .select(['p.id', 'p.name'])
        .where('p.id', 'in', ids)
        .where(productVisible(scope))
        .execute();
    case 'customerId':
      return db
        .selectFrom('customer')
        .select(['id', 'name'])
        .where('id', 'in', ids)
        .where(customerIn(scope, sql`id`))
        .execute();
    case 'equipmentId':
      return db
        .selectFrom('equipment')
        .select(['id', 'name'])
        .where('id', 'in', ids)
        .where(customerIn(scope, sql`customer_id`))
        .execute();
    case 'keyId':
      return db
        .selectFrom('key as k')
        .select(['k.id', 'k.mask as name'])
        .where('k.id', 'in', ids)
        .where(keyVisible(scope))
        .execute();
    case 'licenseId':
      return db
        .selectFrom('license as l')
        .innerJoin('product as p', 'p.id', 'l.product_id')
        .select(['l.id', 'p.name'])
        .where('l.id', 'in', ids)
        .where(customerIn(scope, sql`l.customer_id`))
        .execute();
    default:
      return db.selectFrom('user').select(['id', 'name']).where('id', 'in', ids).execute();
  }
}
