import type { BodyOf } from '../../contract/endpoint.ts';
import type { revokeKeys as revokeMany, revokeKey as revokeOne } from '../../contract/keys.ts';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { releaseSeats } from '../assignments/release-seat.ts';
import { type AuditDraft, type AuditDrafts, type Ctx, may } from '../context.ts';
import { type ClaimedKey, changeEachKey, claimKey } from './claim-key.ts';
import { countHeld, type Holder, holdersOf, keyAssigned, requireAllHolders, requireFew } from './key-holders.ts';

type Revocation = { reason: string; removeAssignments?: boolean | undefined };

/**
 * Takes one key out of use for good (C6). One with assignments is refused with what holds it, unless they are to be
 * removed in the same step, a thousand at most. The result is its id.
 */
export async function revokeKey(
  ctx: Ctx,
  { params, body }: { params: { id: string }; body: BodyOf<typeof revokeOne> },
): Promise<{ id: string }> {
  return ctx.change(async (tx) => {
    const key = await claimKey(tx, ctx, params.id);
    return { result: { id: key.id }, audit: await revoke(tx, ctx, key, body) };
  });
}

/** Takes many keys out of use, all or none, and removes a thousand assignments at most. */
export async function revokeKeys(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof revokeMany> },
): Promise<{ batch: string; ids: string[] }> {
  const batch = ctx.newId();
  return ctx.change(async (tx) => {
    if (body.removeAssignments) requireFew(await countHeld(tx, ctx, body.keyIds));
    const audit = await changeEachKey(tx, ctx, body.keyIds, (key) => revoke(tx, ctx, key, body, { batch }));
    return { result: { batch, ids: body.keyIds }, audit };
  });
}

async function revoke(
  tx: WriteDb,
  ctx: Ctx,
  key: ClaimedKey,
  { reason, removeAssignments = false }: Revocation,
  details: Record<string, unknown> = {},
): Promise<AuditDrafts> {
  requireNotRevoked(key, 'This key is revoked already.');
  const holders = await holdersOf(tx, key.id);
  if (holders.length > 0 && !removeAssignments)
    throw keyAssigned(ctx, key, holders, 'Remove it there first, or remove and revoke in one step.');
  if (!may(ctx, 'assignments.removeAny')) requireAllHolders(ctx, holders);
  requireFew(holders.length);
  const removed = await removeAll(tx, ctx, holders, details);
  return [...removed, await markRevoked(tx, ctx, key, { reason, ...details })];
}

/** Refuses a key that is revoked; `then` says what it is and what to do. */
export function requireNotRevoked(key: ClaimedKey, message: string): void {
  if (key.revoked_at !== null) throw new AppError('key_revoked', message);
}

/** Ends the given assignments of a key that is held, one entry each. */
export async function removeAll(
  tx: WriteDb,
  ctx: Ctx,
  holders: Holder[],
  details: Record<string, unknown>,
): Promise<AuditDraft[]> {
  const ids = holders.map(({ assignmentId }) => assignmentId);
  return (await releaseSeats(tx, ctx, ids, { details })).map(({ audit }) => audit);
}

/** Marks a key without assignments as revoked and drafts its entry. */
export async function markRevoked(tx: WriteDb, ctx: Ctx, key: ClaimedKey, details: Record<string, unknown>) {
  await tx
    .updateTable('key')
    .set((eb) => ({ revoked_at: ctx.now(), version: eb('version', '+', 1) }))
    .where('id', '=', key.id)
    .execute();
  return {
    action: 'key.revoked',
    keyId: key.id,
    customerId: key.customer_id,
    details: { product: key.product, maskedKey: key.mask, ...details },
  } satisfies AuditDraft;
}
