import { reading, type WriteDb } from '../../../db/open.ts';
import type { ParsedLicenseKey } from '../../../domain/license-key.ts';
import type { Ctx } from '../../context.ts';
import { hashesOf, keysSpelled, oneOfEach, type SpelledKey } from '../../keys/find-by-text.ts';

/** Keys by the text they are spelled like, as far as a chunk of rows names them. */
export type KnownKeys = {
  hashes: (text: ParsedLicenseKey) => { hx: string; hl: string };
  find: (text: ParsedLicenseKey) => SpelledKey | undefined;
};

/** Looks many license keys up in one statement; of several records spelled alike the visible one counts. */
export async function knownKeys(tx: WriteDb, ctx: Ctx, texts: readonly ParsedLicenseKey[]): Promise<KnownKeys> {
  const hashes = new Map(texts.map((text) => [text, hashesOf(ctx, text)]));
  const found = new Map<string, SpelledKey>();
  const loose = [...hashes.values()].map(({ hl }) => hl);
  for (const key of await keysSpelled(reading(tx), ctx, loose, { pick: oneOfEach })) found.set(key.hl, key);
  const hashesFor: KnownKeys['hashes'] = (text) => hashes.get(text) ?? hashesOf(ctx, text);
  return { hashes: hashesFor, find: (text) => found.get(hashesFor(text).hl) };
}
