import type { OutputOf } from '../../contract/endpoint.ts';
import type { deepSearchKeys as contract } from '../../contract/keys.ts';
import { othersTurn } from '../../db/others-turn.ts';
import { parseLicenseKey } from '../../domain/license-key.ts';
import type { Ctx } from '../context.ts';
import { claimActor, countUses, requireWithinLimit, searchSubjects } from '../limits/limits.ts';
import { keyRevealable } from '../scope/scope-sql.ts';
import { keysHeldBack, recordHeldBack } from './held-back.ts';
import { readKeysInOrder } from './key-queries.ts';
import { openText } from './open-text.ts';

/** Keys opened in one go: about ten milliseconds, after which other requests have their turn. */
const batchSize = 500;
const mostFound = 200;

type Found = { ids: string[]; more: boolean; unreadable: number };

/**
 * Finds license keys by any part of their text, as typed or in a spelling that is the same key. Opens every one whose text
 * the actor may have, and no license file, as those may be long; recorded with the reason before it answers, never with what was searched for. Newest first, 200 at most.
 */
export async function deepSearchKeys(
  ctx: Ctx,
  { body }: { body: { contains: string; reason: string } },
): Promise<OutputOf<typeof contract>> {
  const { text, loose } = parseLicenseKey(body.contains, '/contains');
  const plain = text.toLowerCase();
  await requireWithinLimit(ctx.db, ctx, 'deepSearches');
  const { ids, more, unreadable } = await scan(
    ctx,
    (key) => key.toLowerCase().includes(plain) || parseLicenseKey(key).loose.includes(loose),
  );
  await ctx.change(async (tx) => {
    await claimActor(tx, ctx);
    await countUses(tx, ctx, 'deepSearches');
    const details = { reason: body.reason, found: ids.length, more, unreadable };
    return { result: {}, audit: { action: 'search.completed', subject: searchSubjects.deepSearches, details } };
  });
  return { items: await readKeysInOrder(ctx, ids), more, unreadable };
}

async function scan(ctx: Ctx, matches: (text: string) => boolean): Promise<Found> {
  const found: Found = { ids: [], more: false, unreadable: 0 };
  const turn = othersTurn(1);
  for (let before: string | undefined; ; ) {
    const rows = await batch(ctx, before);
    const heldBack = ctx.scope === 'all' ? undefined : await keysHeldBack(ctx, ctx.db, rows);
    await recordHeldBack(ctx, heldBack?.values() ?? []);
    for (const { id, cipher } of rows) {
      if (heldBack?.has(id)) continue;
      const text = openText(ctx, cipher, id);
      if (text === undefined) found.unreadable += 1;
      else if (matches(text)) found.ids.push(id);
    }
    if (found.ids.length > mostFound) return { ...found, ids: found.ids.slice(0, mostFound), more: true };
    if (rows.length < batchSize) return found;
    before = rows.at(-1)?.id;
    await turn();
  }
}

function batch(ctx: Ctx, before: string | undefined) {
  const query = ctx.db
    .selectFrom('key as k')
    .select(['k.id', 'k.cipher', 'k.customer_id'])
    .where('k.delivery', '=', 'key')
    .where('k.cipher', 'is not', null)
    .$narrowType<{ cipher: string }>()
    .where(keyRevealable(ctx.scope))
    // No page begins behind another.
    .where(ctx.fragments.isOwnId('k.id'))
    .orderBy('k.id', 'desc')
    .limit(batchSize);
  return (before === undefined ? query : query.where('k.id', '<', before)).execute();
}
