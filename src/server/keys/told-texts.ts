import type { ReadDb, WriteDb } from '../../db/open.ts';
import type { AppError } from '../../domain/errors.ts';
import { change } from '../change.ts';
import { type AuditDraft, type Ctx, may } from '../context.ts';
import { claimActor, requireWithinLimit, searchSubjects, spendUses } from '../limits/limits.ts';
import { claimHits, costOfHits, requireTriesLeft, type Tried, type Verb } from '../limits/tries.ts';
import type { SpelledKey } from './find-by-text.ts';
import { keysHeldBack } from './held-back.ts';
import { confirmedTo, KeysTaken, type SaidKey } from './unique-text.ts';

type Group = { count: number; ids: string[] };

/**
 * Recorded keys of which an answer says that a text one gave is theirs: `open` ones, which the actor may reveal,
 * `heldBack` ones, which they only see, and `hidden` ones. Ids are kept of as many as are ever named.
 */
export type Told = Record<'open' | 'heldBack' | 'hidden', Group>;

const none: Group = { count: 0, ids: [] };
export const nothingTold: Told = { open: none, heldBack: none, hidden: none };

const mostIds = 200;
/** More keys that one may reveal than these, told of at once, are one entry with their number. */
const mostNamed = 20;

/** What the actor is about to be told of these keys. */
export async function toldOf(ctx: Ctx, db: ReadDb, keys: readonly SaidKey[]): Promise<Told> {
  const visible = keys.filter(({ isVisible }) => isVisible);
  const owned = visible.map(({ id, customerId }) => ({ id, customer_id: customerId }));
  const heldBack = mayRevealAll(ctx) || visible.length === 0 ? undefined : await keysHeldBack(ctx, db, owned);
  return {
    open: groupOf(visible.filter(({ id }) => !heldBack?.has(id))),
    heldBack: groupOf(visible.filter(({ id }) => heldBack?.has(id))),
    hidden: groupOf(keys.filter(({ isVisible }) => !isVisible)),
  };
}

function mayRevealAll(ctx: Ctx): boolean {
  return ctx.scope === 'all' && may(ctx, 'keys.revealAny');
}

function groupOf(keys: readonly Pick<SpelledKey, 'id'>[]): Group {
  return { count: keys.length, ids: keys.slice(0, mostIds).map(({ id }) => id) };
}

/** What one is told by two parts of an answer. */
export function toldTogether(a: Told, b: Told): Told {
  const both = (x: Group, y: Group): Group => ({
    count: x.count + y.count,
    ids: x.ids.length < mostIds && y.count > 0 ? [...x.ids, ...y.ids].slice(0, mostIds) : x.ids,
  });
  return { open: both(a.open, b.open), heldBack: both(a.heldBack, b.heldBack), hidden: both(a.hidden, b.hidden) };
}

function countOf({ open, heldBack, hidden }: Told): number {
  return open.count + heldBack.count + hidden.count;
}

/** Refuses who has been told so much that nothing more may be told: before anything is judged. */
export async function requireMayBeTold(ctx: Ctx): Promise<void> {
  await requireWithinLimit(ctx.db, ctx, 'knownTexts');
  if (!mayRevealAll(ctx)) await requireWithinLimit(ctx.db, ctx, 'lookups');
}

/** Refuses a rehearsal that tells nothing like one that tells too much, where that was reached meanwhile. */
export async function requireNotOverTold(ctx: Ctx, what: Tried): Promise<void> {
  await requireTriesLeft(ctx, what);
  await requireWithinLimit(ctx.db, ctx, 'knownTexts', 0);
  if (!mayRevealAll(ctx)) await requireWithinLimit(ctx.db, ctx, 'lookups', 0);
}

/**
 * To be called before an answer tells that texts are recorded: counts them and records them, in a change of its own, and
 * refuses where they are more than may be told. Recorded is each key like one that was looked up; of many that the actor
 * may reveal anyway their number alone, and of refused ones too.
 */
export async function tellTold(ctx: Ctx, what: Tried, told: Told): Promise<void> {
  if (countOf(told) === 0) return;
  const refusal = await change({ ...ctx, idempotency: undefined }, async (tx) => {
    const refused = await spend(tx, ctx, what, told);
    if (refused) return { result: refused, audit: severalTold(countOf(told)) };
    const isMany = told.open.count > mostNamed;
    const ids = [...told.heldBack.ids, ...told.hidden.ids, ...(isMany ? [] : told.open.ids)];
    const audit = [...(await entriesOf(tx, ids)), ...(isMany ? [severalTold(told.open.count)] : [])];
    const [first = severalTold(countOf(told)), ...more] = audit;
    return { result: undefined, audit: [first, ...more] };
  });
  if (refusal) throw refusal;
}

/** Thrown inside a change that would tell too much: nothing of it stays, and `tellTold` counts it then. */
export class TooMuchTold extends Error {
  readonly told: Told;
  readonly refusal: AppError;

  constructor(told: Told, refusal: AppError) {
    super('too much told');
    this.told = told;
    this.refusal = refusal;
  }
}

/** As `tellTold` inside a change whose own entry has the number of keys: answers the entries of those one may not reveal. */
export async function claimTold(tx: WriteDb, ctx: Ctx, what: Tried, told: Told): Promise<AuditDraft[]> {
  if (countOf(told) === 0) return [];
  const refusal = await spend(tx, ctx, what, told);
  if (refusal) throw new TooMuchTold(told, refusal);
  return entriesOf(tx, [...told.heldBack.ids, ...told.hidden.ids]);
}

async function spend(tx: WriteDb, ctx: Ctx, what: Tried, told: Told): Promise<AppError | undefined> {
  await claimActor(tx, ctx);
  const { open, heldBack, hidden } = told;
  return spendUses(tx, ctx, {
    [what]: costOfHits(hidden.count),
    lookups: heldBack.count,
    knownTexts: open.count,
  });
}

/** None is deleted with its entries before this one is there. */
async function entriesOf(tx: WriteDb, ids: string[]): Promise<AuditDraft[]> {
  if (ids.length === 0) return [];
  const keys = await tx
    .updateTable('key')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', 'in', ids)
    .returning(['id', 'customer_id', 'mask', 'product_id'])
    .execute();
  if (keys.length === 0) return [];
  const products = await tx
    .selectFrom('product')
    .select(['id', 'name'])
    .where(
      'id',
      'in',
      keys.map((key) => key.product_id),
    )
    .execute();
  const names = new Map(products.map(({ id, name }) => [id, name]));
  return keys
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, customer_id: customerId, mask: maskedKey, product_id }) => ({
      action: 'key.lookedUp',
      keyId: id,
      customerId,
      details: { product: names.get(product_id) ?? '', maskedKey, given: true },
    }));
}

function severalTold(found: number): AuditDraft {
  return { action: 'search.completed', subject: searchSubjects.givenTexts, details: { found } };
}

/** A verb whose refusal, or rehearsal, may tell that texts it was given are recorded: that is counted and recorded first. */
export function tellsTexts<Input, Result>(verb: Verb<Input, Result>): Verb<Input, Result> {
  return async (ctx, input) => {
    await requireMayBeTold(ctx);
    try {
      return await verb(ctx, input);
    } catch (error) {
      await tellTaken(ctx, error instanceof KeysTaken ? error : undefined);
      throw error;
    }
  };
}

/** What a refusal, or the end of a rehearsal, tells: the keys that have texts, and those that were rightly named. */
export async function tellTaken(ctx: Ctx, taken?: KeysTaken): Promise<void> {
  const told = [...(taken?.told ?? []), ...confirmedTo(ctx)];
  await tellTold(ctx, 'newKeys', await toldOf(ctx, ctx.db, [...new Map(told.map((key) => [key.id, key])).values()]));
  // Which record has it cannot be told: somebody is at work in the database.
  if (taken && taken.told.length === 0) await claimHits(ctx, 'newKeys', 1);
}
