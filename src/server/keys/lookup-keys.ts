import { reading } from '../../db/open.ts';
import { parseLicenseKey } from '../../domain/license-key.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { claimActor, countUses, searchSubjects } from '../limits/limits.ts';
import { type ClaimedKey, holdKey } from './claim-key.ts';
import { hashesOf, keysSpelled } from './find-by-text.ts';
import { type Key, readKeysInOrder } from './key-queries.ts';

/**
 * The visible keys that have a text, in any spelling that is the same key (K4, K8). None reads like one out of scope.
 * Recorded before it is answered, found or not, never with what was looked for; twenty a minute at most.
 */
export async function lookupKeys(ctx: Ctx, { body }: { body: { licenseKey: string } }): Promise<{ items: Key[] }> {
  const { hx, hl } = hashesOf(ctx, parseLicenseKey(body.licenseKey));
  const held: { items: Key[] } = { items: [] };
  await ctx.change(async (tx) => {
    await claimActor(tx, ctx);
    await countUses(tx, ctx, 'lookups');
    const db = reading(tx);
    const alike = await keysSpelled(db, ctx, [hl], { inSight: true });
    // The very text comes first.
    const [same, others] = [alike.filter((key) => key.hx === hx), alike.filter((key) => key.hx !== hx)];
    held.items = await readKeysInOrder(
      { ...ctx, db },
      [...same, ...others].map(({ id }) => id),
    );
    // None is deleted with its entries before this one is there.
    const audit: AuditDraft[] = [];
    for (const { id } of held.items) audit.push(entryOf(await holdKey(tx, ctx, id)));
    const [first, ...more] = audit;
    return { result: {}, audit: first ? [first, ...more] : nothingFound };
  });
  return held;
}

const nothingFound: AuditDraft = {
  action: 'search.completed',
  subject: searchSubjects.lookups,
  details: { found: 0 },
};

function entryOf({ id, customer_id: customerId, mask: maskedKey, product }: ClaimedKey): AuditDraft {
  return { action: 'key.lookedUp', keyId: id, customerId, details: { product, maskedKey } };
}
