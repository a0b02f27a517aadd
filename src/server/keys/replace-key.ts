import type { BodyOf } from '../../contract/endpoint.ts';
import type { replaceKey as contract } from '../../contract/keys.ts';
import type { WriteDb } from '../../db/open.ts';
import { keyFields } from '../../domain/records/key.ts';
import { columnsOf, writtenOf } from '../../domain/records/plain-field.ts';
import { takeSeat } from '../assignments/take-seat.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { type ClaimedKey, claimKey } from './claim-key.ts';
import { insertKeyRow, type KeyColumns } from './insert-key.ts';
import { readContent } from './key-content.ts';
import { type Holder, holdersOf, requireAllHolders, requireFew } from './key-holders.ts';
import { requireFewCharacters } from './require-few-characters.ts';
import { markRevoked, removeAll, requireNotRevoked } from './revoke-keys.ts';
import { withUniqueText } from './unique-text.ts';

type Input = { params: { id: string }; body: BodyOf<typeof contract> };

/**
 * Puts a new key in the place of a lost, compromised or refreshed one (C7): the old one is revoked, the new one has its
 * data and its assignments, a thousand at most, whichever way each is delivered, and each one's trail names the other by id. The
 * result is the new key's id.
 */
export async function replaceKey(ctx: Ctx, { params, body }: Input): Promise<{ id: string }> {
  const content = readContent(body);
  return withUniqueText(ctx, content, () =>
    ctx.change(async (tx) => {
      const old = await claimKey(tx, ctx, params.id);
      requireNotRevoked(old, 'This key is revoked, and so cannot be replaced. Reinstate it first, or add a new key.');
      const holders = await holdersOf(tx, old.id);
      requireFew(holders.length);
      if (holders.length > 1)
        requireFewCharacters(holders.reduce((sum, { remarks }) => sum + (remarks?.length ?? 0), 0));
      // Who the actor cannot see would lose the key, and get another, by their hand.
      requireAllHolders(ctx, holders);
      const columns = { ...handedOn(old), replaces_id: old.id };
      const { allowSimilarTo, reason } = body;
      const details = { replaces: old.id };
      const created = await insertKeyRow(tx, ctx, { columns, product: old.product, content, allowSimilarTo, details });
      const removed = await removeAll(tx, ctx, holders, { replacedBy: created.id });
      const revoked = await markRevoked(tx, ctx, old, { reason, replacedBy: created.id });
      await tx.updateTable('key').set({ replaced_by_id: created.id }).where('id', '=', old.id).execute();
      const applied = await applyAgain(tx, ctx, created.id, holders, details);
      const replaced = { ...revoked, action: 'key.replaced' } as const;
      return { result: { id: created.id }, audit: [created.audit, ...removed, revoked, replaced, ...applied] };
    }),
  );
}

/** What the new key has from the old one. It was judged when it was written; a replacement does not judge it again. */
function handedOn(old: ClaimedKey): KeyColumns {
  return {
    product_id: old.product_id,
    customer_id: old.customer_id,
    license_id: old.license_id,
    key_type: old.key_type,
    validity_start: old.validity_start,
    validity_end: old.validity_end,
    seats: old.seats,
    ...columnsOf(keyFields, writtenOf(keyFields, old)),
    attributes: old.attributes,
  };
}

/** Applies the new key where the old one was, today, whatever its validity: the holders have it now. */
async function applyAgain(
  tx: WriteDb,
  ctx: Ctx,
  keyId: string,
  holders: Holder[],
  details: Record<string, unknown>,
): Promise<AuditDraft[]> {
  const audit: AuditDraft[] = [];
  for (const { unit, customerId, userName, remarks } of holders) {
    const holder = { equipmentId: unit?.id, customerId, userName, remarks };
    const request = { keyId, ...holder, recordsFact: true, details, made: new Set([keyId]) };
    audit.push((await takeSeat(tx, ctx, request)).audit);
  }
  return audit;
}
