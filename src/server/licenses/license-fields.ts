import { type RawBuilder, sql } from 'kysely';
import { licenseFields as plainFields } from '../../domain/records/license.ts';
import { attributeSql } from '../attributes/attribute-fields.ts';
import type { AttributeFields } from '../attributes/attribute-queries.ts';
import type { ReadCtx } from '../context.ts';
import type { FieldSql } from '../list/run-list.ts';
import { plainSql } from '../records/plain-sql.ts';
import { keyOwn } from '../scope/scope-sql.ts';

/**
 * What a license (alias `l`) is counted by, over the reader's own keys (E6, P2). Its free seats are unused since one of
 * its seats was last applied or given back; where none ever was, since it was bought.
 */
export function licenseUse({ scope }: ReadCtx) {
  const ofKeys = (sum: RawBuilder<unknown>): RawBuilder<number> =>
    sql`coalesce((select ${sum} from "key" k where k.license_id = l.id and ${keyOwn(scope)}), 0)`;
  const keyed = ofKeys(sql`sum(case when k.revoked_at is null then k.seats else 0 end)`);
  const taken = ofKeys(sql`sum(k.seats_taken)`);
  const free = sql<number>`(l.quantity - ${taken})`;
  const lastUse = sql`(select max(coalesce(ua.removed_on, ua.applied_on)) from assignment ua
    join "key" k on k.id = ua.key_id where k.license_id = l.id and ${keyOwn(scope)})`;
  const bought = sql`coalesce(nullif(l.purchase_date, ''), nullif(l.start_day, ''), substr(l.created_at, 1, 10))`;
  const unusedSince = sql<string>`(case when ${free} > 0 then coalesce(${lastUse}, ${bought}) else '' end)`;
  return { keyed, taken, free, unusedSince };
}

/** The fields of the license list in SQL, over alias `l`. */
export function licenseFields(ctx: ReadCtx, attributes: AttributeFields): Record<string, FieldSql> {
  const { keyed, taken, free, unusedSince } = licenseUse(ctx);
  const product = sql`(select p.name_f from product p where p.id = l.product_id)`;
  const customer = sql`(select c.name_f from customer c where c.id = l.customer_id)`;
  return {
    product: { value: product, display: sql`(select p.name from product p where p.id = l.product_id)` },
    productId: { value: sql`l.product_id`, order: product },
    customerId: { value: sql`l.customer_id`, order: customer },
    customer: { value: customer, display: sql`(select c.name from customer c where c.id = l.customer_id)` },
    quantity: { value: sql`l.quantity` },
    cost: { value: sql`l.cost`, order: sql`coalesce(l.cost, -1)` },
    ...plainSql(ctx.fragments, 'l', plainFields),
    renewsItself: { value: sql`l.renews_itself` },
    archived: { value: sql`l.archived` },
    keyed: { value: keyed },
    taken: { value: taken },
    free: { value: free },
    unusedSince: { value: unusedSince },
    createdAt: { value: sql`l.created_at`, idOrdersAlike: true },
    ...attributeSql(ctx.fragments, 'l', attributes),
  };
}
