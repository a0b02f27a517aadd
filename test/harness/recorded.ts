import type { World } from './world.ts';

export type Recorded = { action: string; customerId: string | null; details: Record<string, unknown> };

/** The entries about one record (`equipment:…`, `license:…`), oldest first, with what people read. */
export async function recordedOf({ database }: Pick<World, 'database'>, subject: string): Promise<Recorded[]> {
  const rows = await database.read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.action', 'e.customer_id', 'p.body'])
    .where('e.subject', '=', subject)
    .orderBy('e.idx')
    .execute();
  return rows.map(({ action, customer_id, body }) => ({ action, customerId: customer_id, details: JSON.parse(body) }));
}
