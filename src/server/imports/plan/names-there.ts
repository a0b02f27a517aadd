import { sql } from 'kysely';
import type { WriteDb } from '../../../db/open.ts';
import { foldText } from '../../../domain/fold.ts';
import { type ComparedName, comparedName, nearName } from '../../../domain/near-name.ts';
import type { Ctx } from '../../context.ts';
import { customerIn, productVisible } from '../../scope/scope-sql.ts';

/** The names that records had before a file was read, by their kind. */
export type NamesThere = Map<'customers' | 'products', readonly ComparedName[]>;

/** Of more nobody is asked which they meant. */
const mostNames = 20_000;

/** The record in the actor's sight, of before this file, that has nearly that name; null where there is none. */
export async function nearThere(
  tx: WriteDb,
  ctx: Ctx,
  there: NamesThere,
  { kind, name }: { kind: 'customers' | 'products'; name: string },
): Promise<string | null> {
  // The record of that name may have been made just now.
  const known =
    there.get(kind) ?? (await namesOf(tx, ctx, kind)).filter((other) => foldText(other.name) !== foldText(name));
  there.set(kind, known);
  return nearName(name, known) ?? null;
}

async function namesOf(tx: WriteDb, { scope }: Ctx, kind: 'customers' | 'products'): Promise<ComparedName[]> {
  const rows =
    kind === 'customers'
      ? await tx
          .selectFrom('customer')
          .select('name')
          .where(customerIn(scope, sql`id`))
          .limit(mostNames + 1)
          .execute()
      : await tx
          .selectFrom('product as p')
          .select('p.name')
          .where(productVisible(scope))
          .limit(mostNames + 1)
          .execute();
  return rows.length > mostNames ? [] : rows.map(({ name }) => comparedName(name));
}
