import { reading, type WriteDb } from '../../db/open.ts';
import { AppError, forbidden } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { claimActor, countUses } from '../limits/limits.ts';
import { BrokenSeal, recordTampered } from '../seals/seal.ts';
import { type ClaimedKey, holdKey } from './claim-key.ts';
import { keysHeldBack } from './held-back.ts';

type Opened = { text: string } | { refusal: AppError };

/**
 * Answers the text of a key, once the entry that says so is committed (K16). A technician reveals only what is on a
 * unit of theirs; nobody more than thirty within ten minutes. A stored text that does not open is recorded and refused: never is another key's text answered.
 */
export async function revealKey(ctx: Ctx, { params }: { params: { id: string } }): Promise<{ licenseKey: string }> {
  const held: { opened?: Opened } = {};
  await ctx.change(async (tx) => {
    await claimActor(tx, ctx);
    const key = await holdKey(tx, ctx, params.id);
    await requireOnUnit(tx, ctx, key);
    await countUses(tx, ctx, 'reveals');
    const opened = openText(ctx, key);
    held.opened = opened;
    return {
      result: {},
      audit: {
        action: 'key.revealed',
        keyId: key.id,
        customerId: key.customer_id,
        details: {
          product: key.product,
          maskedKey: key.mask,
          ...('refusal' in opened && { refused: 'unreadable' }),
        },
      },
    };
  });
  const { opened } = held;
  if (!opened) throw new Error('a text was revealed without being opened');
  if ('refusal' in opened) throw opened.refusal;
  return { licenseKey: opened.text };
}

function openText({ app }: Ctx, key: ClaimedKey): Opened {
  try {
    return { text: app.vault.open(key.cipher, key.id) };
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
