import { reading, type WriteDb } from '../../db/open.ts';
import type { FieldError } from '../../domain/errors.ts';
import type { Warning } from '../../domain/license-key.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { unlessBroken } from '../seals/seal.ts';
import { hashesOf, keysSpelled, oneOfEach } from './find-by-text.ts';
import { insertKey, type NewKey } from './insert-key.ts';
import { type GivenContent, type KeyContent, readContent, readContents } from './key-content.ts';
import { requireNotOverTold, tellTaken } from './told-texts.ts';
import {
  contentPointer,
  isTextTaken,
  KeysTaken,
  licenseKeyTaken,
  type SaidKey,
  withUniqueText,
} from './unique-text.ts';

export type CreatedKeys = { batch: string; ids: string[] };

/** Thrown at the end of a rehearsal, so that everything was judged and nothing stays. */
class Rehearsed extends Error {}

/** Adds one key (K1–K4). The result is its id. */
export async function createKey(ctx: Ctx, { body }: { body: NewKey }): Promise<{ id: string }> {
  const content = readContent(body);
  return withUniqueText(ctx, content, () =>
    ctx.change(async (tx) => {
      const created = await insertKey(tx, ctx, body, content);
      return { result: { id: created.id }, audit: created.audit };
    }),
  );
}

/** Adds many keys, all or none (K14); faults of every line are told at once. A rehearsal writes nothing. */
export async function createKeys(
  ctx: Ctx,
  input: { body: { keys: NewKey[] }; query: { dryRun?: 'true' | 'false' | undefined } },
): Promise<CreatedKeys> {
  const contents = readContents(input.body.keys);
  const batch = ctx.newId();
  const work = async (tx: WriteDb) => {
    await refuseKnownTexts(tx, ctx, input.body.keys, contents);
    const ids: string[] = [];
    const audit: AuditDraft[] = [];
    for (const [i, body] of input.body.keys.entries()) {
      const created = await insertKey(tx, ctx, body, contents[i] as KeyContent, { batch }, `/keys/${i}`); // one content a body
      ids.push(created.id);
      audit.push(...created.audit);
    }
    if (input.query.dryRun === 'true') throw new Rehearsed();
    return { result: { batch, ids }, audit: audit as [AuditDraft, ...AuditDraft[]] }; // the body has at least one key
  };
  try {
    return await ctx.change(work);
  } catch (error) {
    if (isTextTaken(error)) throw await takenMeanwhile(ctx, contents);
    if (!(error instanceof Rehearsed)) throw error;
    await tellTaken(ctx);
    await requireNotOverTold(ctx, 'newKeys');
    return { batch: '', ids: [] };
  }
}

/** Somebody else was faster with one of the texts. */
async function takenMeanwhile(ctx: Ctx, contents: KeyContent[]): Promise<KeysTaken> {
  const hashes = contents.flatMap(({ secret }) => (secret ? hashesOf(ctx, secret).hl : []));
  const known = (await unlessBroken(() => keysSpelled(ctx.db, ctx, hashes, { pick: oneOfEach }))) ?? [];
  return licenseKeyTaken('/keys', known.find(({ isVisible }) => isVisible) ?? known[0]);
}

/** Tells every line whose key is recorded already or stands twice in the batch, before anything is inserted. */
async function refuseKnownTexts(tx: WriteDb, ctx: Ctx, bodies: NewKey[], contents: KeyContent[]): Promise<void> {
  const hashes = contents.map(({ secret }) => secret && hashesOf(ctx, secret).hl);
  const given = hashes.flatMap((hash, i) => (hash === null || bodies[i]?.allowSimilarTo !== undefined ? [] : [hash]));
  const rows = await keysSpelled(reading(tx), ctx, [...new Set(given)], { pick: oneOfEach });
  const known = new Map<string, SaidKey>(rows.map((row) => [row.hl, row]));
  const faults = hashes.flatMap((hl, i): FieldError[] => {
    const content = contents[i];
    if (hl === null || !content || bodies[i]?.allowSimilarTo !== undefined) return [];
    const first = hashes.indexOf(hl);
    const pointer = contentPointer(content, `/keys/${i}`);
    const must = `The license ${content.delivery} must be unique!`;
    if (known.has(hl)) return [{ pointer, code: 'license_key_taken', detail: `${must} It is already recorded.` }];
    if (first < i)
      return [
        {
          pointer,
          code: 'repeated',
          detail: `${must} It stands at line ${first + 1} as well.`,
        },
      ];
    return [];
  });
  const [fault] = faults;
  if (fault) throw new KeysTaken(fault.detail, faults, {}, [...known.values()]);
}

/** What was cleaned in the texts of new keys; worked out again when a repeated request is answered. */
export function warningsOf(bodies: GivenContent[], at: (i: number) => string = () => ''): Warning[] {
  return bodies.flatMap((body, i) => readContent(body, at(i)).warnings);
}
