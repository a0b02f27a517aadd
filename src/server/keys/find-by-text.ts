import { type SqlBool, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import type { Delivery } from '../../domain/deliveries.ts';
import { AppError } from '../../domain/errors.ts';
import type { App, Ctx } from '../context.ts';
import { customerIn, keyOwn, keyVisible } from '../scope/scope-sql.ts';
import { type ScopedReads, scopedStatement } from '../scope/scoped-statement.ts';
import { BrokenSeal, textTampered } from '../seals/seal.ts';
import { formsOf, type KeySecret } from './key-content.ts';
import { openText } from './open-text.ts';

type Hashes = { hx: string; hl: string };

/** The keyed hashes by which a key's text or file is unique and found. */
export function hashesOf({ app }: { app: Pick<App, 'vault'> }, text: Pick<KeySecret, 'strict' | 'loose'>): Hashes {
  return { hx: app.vault.hash('strict', text.strict), hl: app.vault.hash('loose', text.loose) };
}

/** A key that is spelled alike (K4), whatever record it stands in; its license where that and the key are the actor's. */
export type SpelledKey = Hashes & { id: string; customerId: string; licenseId: string | null; isVisible: boolean };

const spelled = (inSight: boolean) =>
  scopedStatement(({ db, fragments, scope }: ScopedReads, { loose }: { loose: unknown }) =>
    db
      .selectFrom('key as k')
      .leftJoin('license as l', (join) =>
        join.onRef('l.id', '=', 'k.license_id').on(customerIn(scope, sql`l.customer_id`)).on(keyOwn(scope)),
      )
      .select(['k.id', 'k.hx', 'k.hl', 'k.cipher', 'k.delivery', 'k.customer_id', 'l.id as license_id'])
      .select(sql<number>`(case when ${keyVisible(scope)} then 1 else 0 end)`.as('visible'))
      .where(fragments.isInList('k.hl', loose))
      // Here already, so that a key out of scope takes no longer than none.
      .where(inSight ? keyVisible(scope) : sql<SqlBool>`true`)
      .orderBy('k.id')
      // Found by their hashes, which none by account has.
      .$narrowType<{ hx: string; hl: string; cipher: string }>(),
  );
const anywhere = spelled(false);
const withinSight = spelled(true);

/** Which of the keys spelled alike are asked for. */
type Picks = <Key extends SpelledKey>(alike: Key[]) => Key[];
const all: Picks = (alike) => alike;

/** Of keys spelled alike the one that is named: for each spelling the first that is visible, else the first. */
export const oneOfEach: Picks = (alike) => {
  const first = new Map<string, (typeof alike)[number]>();
  for (const key of alike)
    if (!first.has(key.hl) || (key.isVisible && !first.get(key.hl)?.isVisible)) first.set(key.hl, key);
  return [...first.values()];
};

/**
 * The keys whose text is spelled like one of those with these loose hashes: the one way by which a text finds a key. Those
 * that are picked are opened, and no others. Refuses where one of them does not open to such a text: its hash is another
 * key's, put there so that this one is taken for it.
 */
export async function keysSpelled(
  db: ReadDb,
  ctx: Pick<Ctx, 'app' | 'fragments' | 'scope'>,
  loose: readonly string[],
  { inSight = false, pick = all }: { inSight?: boolean; pick?: Picks } = {},
): Promise<SpelledKey[]> {
  if (loose.length === 0) return [];
  const { fragments, scope } = ctx;
  const find = inSight ? withinSight : anywhere;
  const rows = await find({ db, fragments, scope }, { loose: fragments.listOf([...loose]) });
  const alike = rows.map(({ customer_id: customerId, license_id: licenseId, visible, ...row }) => {
    return { ...row, customerId, licenseId, isVisible: visible === 1 };
  });
  return pick(alike).map(({ cipher, delivery, ...key }) => {
    if (!isSpelled(ctx, { id: key.id, cipher, delivery }, key.hl))
      throw new BrokenSeal({ table: 'key', id: key.id, what: 'unlogged' }, textTampered());
    return key;
  });
}

type Stored = { id: string; cipher: string | null; delivery: Delivery };
type StoredHashes = { hx: string | null; hl: string | null };

/** Whether a key opens to a text, or file, of that loose hash. */
export function isSpelled(ctx: Pick<Ctx, 'app'>, key: Stored, hl: string): boolean {
  const opened = openedHashes(ctx, key);
  return typeof opened === 'object' && opened.hl === hl;
}

/** Whether a key is found by its own text or file, as far as anybody can ask for that; by account it is found by none. */
export function hasItsHashes(ctx: Pick<Ctx, 'app'>, { hx, hl, ...key }: Stored & StoredHashes): boolean {
  if (key.delivery === 'account') return key.cipher === null && hx === null && hl === null;
  const opened = openedHashes(ctx, key);
  return opened === 'refused' || (opened !== undefined && opened.hx === hx && opened.hl === hl);
}

/** `refused`: a text that an earlier version took, and that is no license key by now. Undefined where none opens. */
function openedHashes(ctx: Pick<Ctx, 'app'>, { id, cipher, delivery }: Stored): Hashes | 'refused' | undefined {
  const text = cipher === null ? undefined : openText(ctx, cipher, id);
  if (text === undefined) return undefined;
  try {
    return hashesOf(ctx, formsOf(delivery, text));
  } catch (error) {
    if (error instanceof AppError) return 'refused';
    throw error;
  }
}
