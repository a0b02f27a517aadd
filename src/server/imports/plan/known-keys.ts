import { sql } from 'kysely';
import type { WriteDb } from '../../../db/open.ts';
import type { ParsedLicenseKey } from '../../../domain/license-key.ts';
import type { Ctx } from '../../context.ts';
import { hashesOf } from '../../keys/unique-text.ts';
import { customerIn, keyOwn, keyVisible } from '../../scope/scope-sql.ts';

/** A key that is spelled alike (K4), whatever record it stands in; its license where that and the key are the actor's. */
export type KnownKey = { id: string; licenseId: string | null; isVisible: boolean };

/** Keys by the text they are spelled like, as far as a chunk of rows names them. */
export type KnownKeys = {
  hashes: (text: ParsedLicenseKey) => { hx: string; hl: string };
  find: (text: ParsedLicenseKey) => KnownKey | undefined;
};

/** Looks many license keys up in one statement; of several records spelled alike the visible one counts. */
export async function knownKeys(tx: WriteDb, ctx: Ctx, texts: readonly ParsedLicenseKey[]): Promise<KnownKeys> {
  const hashes = new Map(texts.map((text) => [text, hashesOf(ctx, text)]));
  const found = new Map<string, KnownKey>();
  if (texts.length > 0) {
    const rows = await tx
      .selectFrom('key as k')
      .leftJoin('license as l', (join) =>
        join.onRef('l.id', '=', 'k.license_id').on(customerIn(ctx.scope, sql`l.customer_id`)).on(keyOwn(ctx.scope)),
      )
      .select(['k.id', 'k.hl', 'l.id as license_id'])
      .select(sql<number>`(case when ${keyVisible(ctx.scope)} then 1 else 0 end)`.as('visible'))
      .where(ctx.fragments.isInList('k.hl', ctx.fragments.listOf([...hashes.values()].map(({ hl }) => hl))))
      .execute();
    for (const { id, hl, license_id, visible } of rows)
      if (visible === 1 || !found.has(hl)) found.set(hl, { id, licenseId: license_id, isVisible: visible === 1 });
  }
  const hashesFor: KnownKeys['hashes'] = (text) => hashes.get(text) ?? hashesOf(ctx, text);
  return { hashes: hashesFor, find: (text) => found.get(hashesFor(text).hl) };
}
