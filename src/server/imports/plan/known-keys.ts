import { reading, type WriteDb } from '../../../db/open.ts';
import type { Ctx } from '../../context.ts';
import { hashesOf, keysSpelled, oneOfEach, type SpelledKey } from '../../keys/find-by-text.ts';
import type { KeySecret } from '../../keys/key-content.ts';

/** A license key or a license file, as it is found. */
type Spelling = Pick<KeySecret, 'strict' | 'loose'>;

/** Keys by the text they are spelled like, as far as a chunk of rows names them. */
export type KnownKeys = {
  hashes: (text: Spelling) => { hx: string; hl: string };
  find: (text: Spelling) => SpelledKey | undefined;
  found: readonly SpelledKey[];
};

/** Looks many license keys up in one statement; of several records spelled alike the visible one counts. */
export async function knownKeys(tx: WriteDb, ctx: Ctx, texts: readonly Spelling[]): Promise<KnownKeys> {
  const hashes = new Map(texts.map((text) => [text, hashesOf(ctx, text)]));
  const found = new Map<string, SpelledKey>();
  const loose = [...hashes.values()].map(({ hl }) => hl);
  for (const key of await keysSpelled(reading(tx), ctx, loose, { pick: oneOfEach })) found.set(key.hl, key);
  const hashesFor: KnownKeys['hashes'] = (text) => hashes.get(text) ?? hashesOf(ctx, text);
  return { hashes: hashesFor, find: (text) => found.get(hashesFor(text).hl), found: [...found.values()] };
}
