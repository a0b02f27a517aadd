import { type Selectable, sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import type { KeyTable } from '../../db/tables.ts';
import { recordTables } from '../../domain/audit/record-facts.ts';
import { AppError, forbidden, invalid } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { type AuditDraft, type AuditDrafts, type Ctx, notFound, requireVersion } from '../context.ts';
import { requireAsTold } from '../scope/require-as-told.ts';
import { keyVisible } from '../scope/scope-sql.ts';
import { BrokenSeal, recordTampered } from '../seals/seal.ts';

type Row = Omit<Selectable<KeyTable>, 'cipher'>;

/** A key's row, held until commit, with the name of its product and without its secret: a file may be long, and keys many. */
export type ClaimedKey = Row & { product: string };

// Object.keys forgets the names; the table of facts has one row for each column.
const columns = Object.keys(recordTables.key).filter((column) => column !== 'cipher') as (keyof Row)[];

/** Holds a key's row until commit and reads it. Refuses with not_found what is missing or not visible. */
export async function holdKey(tx: WriteDb, ctx: Ctx, id: string): Promise<ClaimedKey> {
  const key = await tx
    .updateTable('key as k')
    .set((eb) => ({ version: eb.ref('k.version') }))
    .where('k.id', '=', id)
    .where(keyVisible(ctx.scope))
    .returning(columns)
    .returning(sql<string>`(select p.name from product p where p.id = product_id)`.as('product'))
    .executeTakeFirst();
  if (!key) throw notFound('key');
  if (key.id !== id) throw new BrokenSeal({ table: 'key', id, what: 'unlogged' }, recordTampered());
  return key;
}

/** The refusal to change or apply a key that one sees only because it is with a unit or a person of one's customers. */
export function keyElsewhere(): AppError {
  return forbidden({
    code: 'key_elsewhere',
    detail: 'This key belongs to a customer that is not yours. Ask an administrator.',
  });
}

/**
 * Holds a key that the actor is about to change. A key may be visible only because it is on a unit of the actor's
 * customers: its owner is another customer, so it is not the actor's to change. Refuses a stale If-Match.
 */
export async function claimKey(tx: WriteDb, ctx: Ctx, id: string): Promise<ClaimedKey> {
  const key = await holdKey(tx, ctx, id);
  if (!inScope(ctx.scope, key.customer_id)) throw keyElsewhere();
  await requireAsTold(tx, ctx, { key, asked: [id], refusal: keyElsewhere });
  requireVersion(ctx.ifMatch, key.version);
  return key;
}

type EachKey = (key: ClaimedKey) => Promise<AuditDrafts>;

/**
 * Does one thing to many keys, all or none. The rows are held in the order of their ids, so that two bulk verbs never
 * wait for each other; a refusal names the first key that refuses, as `/keyIds/3`.
 */
export async function changeEachKey(tx: WriteDb, ctx: Ctx, ids: string[], work: EachKey): Promise<AuditDrafts> {
  refuseRepeated(ids);
  const claimed = new Map<string, ClaimedKey>();
  const places = new Map(ids.map((id, place) => [id, place]));
  for (const id of ids.toSorted()) claimed.set(id, await pointingAt(places.get(id) ?? 0, () => claimKey(tx, ctx, id)));
  const audit: AuditDraft[] = [];
  for (const [place, id] of ids.entries()) {
    const key = claimed.get(id);
    if (key) audit.push(...(await pointingAt(place, () => work(key))));
  }
  // A body names at least one key, and what is done to a key is at least one entry.
  return audit as [AuditDraft, ...AuditDraft[]];
}

function refuseRepeated(ids: string[]): void {
  const place = ids.findIndex((id, i) => ids.indexOf(id) < i);
  if (place === -1) return;
  throw invalid({ pointer: `/keyIds/${place}`, code: 'repeated', detail: 'Name each key once.' });
}

async function pointingAt<T>(place: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, extra } = error;
    throw new AppError(code, message, [{ pointer: `/keyIds/${place}`, code, detail: message }], extra);
  }
}
