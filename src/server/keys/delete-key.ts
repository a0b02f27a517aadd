import { entriesToErase } from '../audit/erase-content.ts';
import type { Ctx } from '../context.ts';
import { claimKey } from './claim-key.ts';
import { holdersOf, keyAssigned } from './key-holders.ts';

/**
 * Deletes a key that nothing holds (K11), and with it the readable content of its audit entries (L7). That it was
 * deleted, when, by whom, and how many entries went, stays: the two new entries name the key by id only.
 */
export async function deleteKey(ctx: Ctx, { params: { id } }: { params: { id: string } }): Promise<void> {
  await ctx.change(async (tx) => {
    const key = await claimKey(tx, ctx, id);
    const { customer_id: customerId } = key;
    const holders = await holdersOf(tx, id);
    if (holders.length > 0) throw keyAssigned(ctx, key, holders, 'Remove it there first, or revoke the key instead.');
    await tx.deleteFrom('renewal').where('key_id', '=', id).execute();
    await tx.deleteFrom('assignment').where('key_id', '=', id).execute();
    // The other key of a replacement would lead nowhere; its own entries still name this one.
    await tx.updateTable('key').set({ replaces_id: null }).where('replaces_id', '=', id).execute();
    await tx.updateTable('key').set({ replaced_by_id: null }).where('replaced_by_id', '=', id).execute();
    await tx.deleteFrom('key').where('id', '=', id).execute();
    const erases = (await entriesToErase(ctx.app, tx, [id])).get(id) ?? [];
    return {
      result: {},
      audit: [
        { action: 'key.deleted', keyId: id, customerId, details: { erasedEntries: erases.length } },
        { action: 'entries.erased', keyId: id, customerId, erases },
      ],
    };
  });
}
