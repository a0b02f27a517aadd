import type { BodyOf } from '../../contract/endpoint.ts';
import type { renewKeys as renewMany, renewKey as renewOne } from '../../contract/keys.ts';
import type { WriteDb } from '../../db/open.ts';
import { AppError, invalid, type ProblemCode } from '../../domain/errors.ts';
import { addRenewal } from '../../domain/remarks.ts';
import { judgeRenewal, type RenewalRequest, renewalRefusal, renewedEnd } from '../../domain/renewal.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { changesBetween } from '../records/changes-between.ts';
import { type ClaimedKey, changeEachKey, claimKey } from './claim-key.ts';
import { foldedKey } from './folded-key.ts';
import { keyFacts } from './key-facts.ts';
import { factsOf } from './key-record.ts';
import { recordedEnd } from './recorded-end.ts';
import { countCharacters, requireFewCharacters } from './require-few-characters.ts';

/** Gives one key a later end (C5). Refused: permanent, revoked, an end that is not later. The result is its id. */
export async function renewKey(
  ctx: Ctx,
  { params, body }: { params: { id: string }; body: BodyOf<typeof renewOne> },
): Promise<{ id: string }> {
  requireForm(body);
  return ctx.change(async (tx) => {
    const key = await claimKey(tx, ctx, params.id);
    return { result: { id: key.id }, audit: await renew(tx, ctx, key, body) };
  });
}

/**
 * Gives many keys a later end, all or none; a period counts from each key's own present end. Their texts are written anew:
 * refused where these are too long together.
 */
export async function renewKeys(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof renewMany> },
): Promise<{ batch: string; ids: string[] }> {
  requireForm(body);
  const batch = ctx.newId();
  return ctx.change(async (tx) => {
    if (body.keyIds.length > 1) requireFewCharacters(await countCharacters(tx, ctx, body.keyIds));
    const audit = await changeEachKey(tx, ctx, body.keyIds, async (key) => [
      await renew(tx, ctx, key, body, { batch }),
    ]);
    return { result: { batch, ids: body.keyIds }, audit };
  });
}

function requireForm(request: RenewalRequest): void {
  const faults = judgeRenewal(request);
  if (faults.length > 0) throw invalid(faults);
}

const words: Partial<Record<ProblemCode, string>> = {
  key_revoked: 'This key is revoked. Reinstate it first, or renew another key.',
  key_permanent: 'This key is permanent: it has no end to renew.',
};

/** Assignments stay, and the status follows from the new end. The renewal stands in the list, the log and the remarks. */
async function renew(
  tx: WriteDb,
  ctx: Ctx,
  key: ClaimedKey,
  request: RenewalRequest & { reference?: string | undefined },
  details: Record<string, unknown> = {},
): Promise<AuditDraft> {
  const refusal = renewalRefusal(factsOf(key));
  if (refusal) throw new AppError(refusal, words[refusal] ?? 'This key cannot be renewed.');
  const oldEnd = key.validity_end;
  const newEnd = renewedEnd(oldEnd, request);
  if (renewalRefusal(factsOf(key), newEnd))
    throw new AppError('renewal_not_later', `This key ends on ${oldEnd}. Give a later day.`, [
      { pointer: '/validityEnd', code: 'renewal_not_later', detail: `Give a day after ${oldEnd}.` },
    ]);
  const reference = request.reference ?? '';
  const remarks = addRenewal(key.remarks, newEnd, reference);
  const after = { ...key, validity_end: newEnd, remarks };
  const recorded = await recordedEnd(tx, ctx, key.id, newEnd);
  await tx
    .updateTable('key')
    .set((eb) => ({
      validity_end: newEnd,
      ...recorded,
      remarks,
      ...foldedKey(after),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', key.id)
    .execute();
  const id = ctx.newId();
  await tx
    .insertInto('renewal')
    .values({
      id,
      key_id: key.id,
      old_end: oldEnd,
      new_end: newEnd,
      reference,
      renewed_at: ctx.now(),
      renewed_by: ctx.actor.id,
    })
    .execute();
  return {
    action: 'key.renewed',
    keyId: key.id,
    customerId: key.customer_id,
    details: {
      product: key.product,
      maskedKey: key.mask,
      oldEnd,
      newEnd,
      ...(reference && { reference }),
      renewal: id,
      changes: changesBetween(keyFacts(key, key.product), keyFacts(after, key.product)),
      ...details,
    },
  };
}
