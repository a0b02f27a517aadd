import type { WriteDb } from '../../db/open.ts';

/** The keys that are on a unit now, in the order of their ids: enough to name them in a refusal. */
export function keysOn(tx: WriteDb, equipmentId: string) {
  return tx
    .selectFrom('assignment as a')
    .innerJoin('key as k', 'k.id', 'a.key_id')
    .innerJoin('product as p', 'p.id', 'k.product_id')
    .select(['k.id', 'k.mask', 'p.name'])
    .where('a.equipment_id', '=', equipmentId)
    .where('a.removed_at', 'is', null)
    .orderBy('k.id');
}

/** How a refusal names a key. */
export function namedKey({ id, mask, name }: { id: string; mask: string; name: string }) {
  return { type: 'key', id, name: [name, mask].filter(Boolean).join(' - ') };
}
