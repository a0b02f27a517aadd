import { parseLicenseKey } from '../../domain/license-key.ts';
import type { Ctx } from '../context.ts';
import { type Key, keysByHash } from './key-queries.ts';
import { hashesOf } from './unique-text.ts';

/** The visible keys that have a text, in any spelling that is the same key (K4, K8). None reads like one out of scope. */
export async function lookupKeys(ctx: Ctx, { body }: { body: { licenseKey: string } }): Promise<{ items: Key[] }> {
  const { hx, hl } = hashesOf(ctx, parseLicenseKey(body.licenseKey));
  return { items: await keysByHash(ctx, { strict: hx, loose: hl }) };
}
