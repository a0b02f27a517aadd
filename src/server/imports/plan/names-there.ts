import { sql } from 'kysely';
import type { WriteDb } from '../../../db/open.ts';
import { type ComparedName, comparedName, nearName } from '../../../domain/near-name.ts';
import type { Ctx } from '../../context.ts';
import { customerIn, productVisible } from '../../scope/scope-sql.ts';

type Kind = 'customers' | 'products';

/** The names that records had before a file was read, and those that the file gives to new ones, by their kind. */
export type NamesThere = {
  before: Map<Kind, readonly ComparedName[]>;
  here: Map<Kind, { folded: Set<string>; compared: (ComparedName & { line: number })[] }>;
};

export function namesThere(): NamesThere {
  return { before: new Map(), here: new Map() };
}

/** Of more nobody is asked which they meant. */
const mostNames = 20_000;

/** The record in the actor's sight, of before this file, that has nearly that name; null where there is none. */
export async function nearThere(
  tx: WriteDb,
  ctx: Ctx,
  there: NamesThere,
  { kind, name }: { kind: Kind; name: string },
): Promise<string | null> {
  const own = comparedName(name);
  // The record of that name may have been made just now.
  const known = there.before.get(kind) ?? (await namesOf(tx, ctx, kind)).filter(({ folded }) => folded !== own.folded);
  there.before.set(kind, known);
  return nearName(own, known) ?? null;
}

/** So many new names of a file are compared with each other: each with all before it. */
const mostHere = 500;

/** The line that first names a new record nearly so, if one did; a name is held from its first line on. */
export function alikeHere({ here }: NamesThere, { kind, name, line }: { kind: Kind; name: string; line: number }) {
  const { folded, compared } = here.get(kind) ?? { folded: new Set(), compared: [] };
  here.set(kind, { folded, compared });
  const own = comparedName(name);
  if (folded.has(own.folded) || compared.length === mostHere) return undefined;
  const alike = nearName(own, compared);
  folded.add(own.folded);
  compared.push({ ...own, line });
  return alike === undefined ? undefined : compared.find((other) => other.name === alike)?.line;
}

async function namesOf(tx: WriteDb, { scope }: Ctx, kind: Kind): Promise<ComparedName[]> {
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
