import { reading, type WriteDb } from '../../db/open.ts';
import { foldText } from '../../domain/fold.ts';
import { untoldCustomers } from '../audit/customers-told.ts';
import type { App, Ctx } from '../context.ts';
import { BrokenSeal, customerTampered } from '../seals/seal.ts';

/**
 * The customer of that name, in any spelling that folds to it, where its name decides whose something is. Refuses one whose
 * row says another name than the log: names that were exchanged would give the one what is the other's.
 */
export async function findByName(tx: WriteDb, ctx: Pick<Ctx, 'app'>, name: string): Promise<string | undefined> {
  const named = await tx
    .selectFrom('customer')
    .select(['id', 'name_f'])
    .where('name_f', '=', foldText(name))
    .executeTakeFirst();
  if (named) await requireNameAsTold(tx, ctx.app, named);
  return named?.id;
}

/** Refuses a customer whose row says another name than the log: an entry about it would make that name true. */
export async function requireNameAsTold(tx: WriteDb, app: App, row: { id: string; name_f: string }): Promise<void> {
  const [id] = await untoldCustomers({ db: reading(tx), app }, [row]);
  if (id !== undefined) throw new BrokenSeal({ table: 'customer', id, what: 'unlogged' }, customerTampered());
}
