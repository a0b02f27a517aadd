import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '../../domain/permissions.ts';
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
  const named = sql<Named>`(${namesSql(field, scope)})`.as('n');
  return db.selectFrom(named).select(['n.id', 'n.name']).where('n.id', 'in', ids).execute();
}

/** What the records of an `id` field are called, as far as the reader may see them. */
function namesSql(field: string, scope: Scope): RawBuilder<Named> {
  switch (field) {
    case 'productId':
      return sql`select p.id, p.name from product p where ${productVisible(scope)}`;
    case 'customerId':
      return sql`select c.id, c.name from customer c where ${customerIn(scope, sql`c.id`)}`;
    case 'equipmentId':
      return sql`select e.id, e.name from equipment e where ${customerIn(scope, sql`e.customer_id`)}`;
    case 'keyId':
      // By account there is no mask: it is called by its product.
      return sql`select k.id, coalesce(nullif(k.mask, ''), p.name) as name from "key" k
        join product p on p.id = k.product_id where ${keyVisible(scope)}`;
    case 'licenseId':
      return sql`select l.id, p.name from license l join product p on p.id = l.product_id
        where ${customerIn(scope, sql`l.customer_id`)}`;
    default:
      return sql`select u.id, u.name from "user" u`;
  }
}
