import type { WriteDb } from '../../db/open.ts';
import { foldText } from '../../domain/fold.ts';
import { maskLicenseKey } from '../../domain/license-key.ts';
import { change } from '../change.ts';
import type { App } from '../context.ts';
import { openText } from '../keys/open-text.ts';
import { bySystem } from '../people/system-actor.ts';

/** `keys` were looked at, license keys alone, `changed` had another mask; the stored text of `unreadable` ones does not open. */
export type Masked = { keys: number; changed: number; unreadable: number };

const batchSize = 500;

/**
 * Computes what is shown of every license key (mask and last characters) from its text, where the rule of
 * `domain/license-key.ts` has become another. All or nothing, in batches of one transaction, which is one entry by the
 * command line; what earlier entries say of a mask stays. A key whose text does not open keeps the mask it has.
 */
export function maskAgain(app: App, progress: (done: number) => void): Promise<Masked> {
  const now = app.clock().toISOString();
  const by = bySystem(app, 'local', now);
  return change(by, async (tx) => {
    const result: Masked = { keys: 0, changed: 0, unreadable: 0 };
    for (let after: string | undefined = ''; after !== undefined; ) {
      after = await maskBatch(tx, app, after, result);
      if (after !== undefined) progress(result.keys);
    }
    return { result, audit: { action: 'masking.completed', subject: 'database:1', details: result } };
  });
}

/** The next keys, counted into `sum`. Answers the last id, or undefined where there are no more. */
async function maskBatch(tx: WriteDb, app: App, after: string, sum: Masked): Promise<string | undefined> {
  const rows = await tx
    .selectFrom('key')
    .select(['id', 'cipher', 'mask', 'tail'])
    .where('delivery', '=', 'key')
    .where('cipher', 'is not', null)
    .$narrowType<{ cipher: string }>()
    .where(app.database.fragments.isOwnId('id'))
    .where('id', '>', after)
    .orderBy('id')
    .limit(batchSize)
    .execute();
  for (const { id, cipher, mask, tail } of rows) {
    const text = openText({ app }, cipher, id);
    sum.keys += 1;
    if (text === undefined) {
      sum.unreadable += 1;
      continue;
    }
    const shown = maskLicenseKey(text);
    if (shown.mask === mask && shown.tail === tail) continue;
    sum.changed += 1;
    await tx
      .updateTable('key')
      .set({ ...shown, tail_f: foldText(shown.tail) })
      .where('id', '=', id)
      .execute();
  }
  return rows.at(-1)?.id;
}
