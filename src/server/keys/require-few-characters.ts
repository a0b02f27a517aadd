import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { invalid } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { customerIn } from '../scope/scope-sql.ts';

/** Texts of records, written and recorded anew in one step, that others can wait for. */
const mostCharacters = 500_000;

/** Refuses to write more text anew in one step than others can wait for. */
export function requireFewCharacters(count: number): void {
  if (count <= mostCharacters) return;
  const detail = `The texts of these records have more than ${mostCharacters} characters together, too many to be written at once. Take fewer keys at once, or remove some assignments first.`;
  throw invalid({ pointer: '', code: 'texts_too_long', detail, params: { max: mostCharacters } });
}

/** How many characters the long texts of these keys have, of those that are the actor's: asked before any is held. */
export async function countCharacters(tx: WriteDb, ctx: Ctx, keyIds: readonly string[]): Promise<number> {
  const row = await tx
    .selectFrom('key')
    .select(sql<number | string | null>`sum(length(remarks) + length(terms_of_use) + length(attributes))`.as('count'))
    .where('id', 'in', keyIds)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}
