import { reading, type WriteDb } from '../../db/open.ts';
import { foldText } from '../../domain/fold.ts';
import { type Named, otherCalled, untoldCustomers } from '../audit/customers-told.ts';
import { rememberedInside } from '../audit/read-log.ts';
import type { App, AuditDraft, Ctx } from '../context.ts';
import type { MadeHere } from '../scope/require-as-told.ts';
import { BrokenSeal, customerTampered } from '../seals/seal.ts';

/**
 * The customer of that name, in any spelling that folds to it, where its name decides whose something is. Refuses one whose
 * row says another name than the log, and a name that the log tells of another: names that were exchanged, or hidden for a
 * while, would give the one what is the other's. Of those that this change has made or changed the log tells nothing yet.
 */
export async function findByName(
  tx: WriteDb,
  { app }: Pick<Ctx, 'app'>,
  name: string,
  made: MadeHere,
): Promise<string | undefined> {
  const name_f = foldText(name);
  const named = await tx
    .selectFrom('customer')
    .select(['id', 'name', 'name_f'])
    .where('name_f', '=', name_f)
    .executeTakeFirst();
  if (named && named.name_f !== name_f) throw tampered(named.id);
  if (named && !made.has(named.id)) await requireNameAsTold(tx, app, named);
  await requireNoOther(tx, app, name, new Set([...made, ...(named ? [named.id] : [])]));
  return named?.id;
}

/** Refuses a customer whose row says another name than the log: an entry about it would make that name true. */
export async function requireNameAsTold(tx: WriteDb, app: App, row: Named): Promise<void> {
  const [id] = await untoldCustomers({ db: reading(tx), app }, [row]);
  if (id !== undefined) throw tampered(id);
}

/**
 * Refuses entries that would give a customer a name which the log tells of another, by what all of them say together. The
 * database knows the names of its rows alone. For `change`, which every entry passes.
 */
export async function requireNamesFree(tx: WriteDb, app: App, drafts: readonly AuditDraft[]): Promise<void> {
  const given = new Map(drafts.flatMap((draft) => nameGiven(draft)));
  const gone = drafts.flatMap((draft) => (draft.action === 'customer.deleted' ? draft.subject.slice(9) : []));
  // What this change gives is unique by the table itself, and what it changes is not called so any more.
  const except = new Set([...given.keys(), ...gone]);
  for (const name of given.values()) await requireNoOther(tx, app, name, except);
}

function nameGiven(draft: AuditDraft): [id: string, name: string][] {
  if (draft.action !== 'customer.created' && draft.action !== 'customer.updated') return [];
  const { name } = draft.details;
  return typeof name === 'string' ? [[draft.subject.slice('customer:'.length), name]] : [];
}

async function requireNoOther(tx: WriteDb, app: App, name: string, except: ReadonlySet<string>): Promise<void> {
  const memory = await rememberedInside(app, tx);
  const other = await otherCalled({ db: reading(tx), app }, name, { memory, except });
  if (other !== undefined) throw tampered(other);
}

const tampered = (id: string) => new BrokenSeal({ table: 'customer', id, what: 'unlogged' }, customerTampered());
