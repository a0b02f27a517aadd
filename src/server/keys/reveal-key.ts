import type { OutputOf } from '../../contract/endpoint.ts';
import type { revealKey as contract } from '../../contract/keys.ts';
import { reading, type WriteDb } from '../../db/open.ts';
import { AppError, forbidden } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { claimActor, countUses } from '../limits/limits.ts';
import { BrokenSeal, recordTampered } from '../seals/seal.ts';
import { type ClaimedKey, holdKey } from './claim-key.ts';
import { keysHeldBack } from './held-back.ts';

type Opened = { text: string } | { refusal: AppError };

/**
 * Answers the text or the file of a key, once the entry that says so is committed (K16, K18). A technician reveals only what
 * is on a unit of theirs; nobody more than thirty within ten minutes. By account there is nothing to reveal. A stored text that does not open is recorded and refused: never is another key's text answered.
 */
export async function revealKey(ctx: Ctx, { params }: { params: { id: string } }): Promise<OutputOf<typeof contract>> {
  const held: { opened?: Opened; file?: { name: string | null } } = {};
  await ctx.change(async (tx) => {
    await claimActor(tx, ctx);
    const key = await holdKey(tx, ctx, params.id);
    await requireOnUnit(tx, ctx, key);
    if (key.delivery === 'account') throw nothingToReveal();
    await countUses(tx, ctx, 'reveals');
    const opened = await openSecret(tx, ctx, key);
    held.opened = opened;
    if (key.delivery === 'file') held.file = { name: key.file_name || null };
    return {
      result: {},
      audit: {
        action: 'key.revealed',
        keyId: key.id,
        customerId: key.customer_id,
        details: {
          product: key.product,
          maskedKey: key.mask,
          ...(key.delivery === 'file' && { delivery: key.delivery }),
          ...('refusal' in opened && { refused: 'unreadable' }),
        },
      },
    };
  });
  const { opened, file } = held;
  if (!opened) throw new Error('a text was revealed without being opened');
  if ('refusal' in opened) throw opened.refusal;
  return file ? { licenseFile: { ...file, content: opened.text } } : { licenseKey: opened.text };
}

function nothingToReveal(): AppError {
  return new AppError('nothing_to_reveal', 'This key is delivered by account: there is no license key to reveal.');
}

async function openSecret(tx: WriteDb, { app }: Ctx, { id }: ClaimedKey): Promise<Opened> {
  const { cipher } = await tx.selectFrom('key').select('cipher').where('id', '=', id).executeTakeFirstOrThrow();
  if (cipher === null) throw nothingToReveal();
  try {
    return { text: app.vault.open(cipher, id) };
  } catch (error) {
    if (error instanceof AppError && error.code === 'key_unreadable') return { refusal: error };
    throw error;
  }
}

/** Who may not reveal any key reveals one that is on a unit in scope, and while it is (P1), and if the log says so too. */
async function requireOnUnit(tx: WriteDb, ctx: Ctx, key: ClaimedKey): Promise<void> {
  const reason = (await keysHeldBack(ctx, reading(tx), [key])).get(key.id);
  if (reason === undefined) return;
  const refusal = forbidden({
    code: 'reveal_unassigned',
    detail: 'You can reveal a license key only while it is on a unit of your customers. Apply it first.',
  });
  if (reason === 'unassigned') throw refusal;
  throw new BrokenSeal(reason, ctx.scope === 'all' ? recordTampered() : refusal);
}
