import type { ReadCtx } from '../context.ts';

const mostNamed = 5;

/** Whom to ask where somebody may not (A9): up to five enabled administrators of all customers, by name. */
export async function administratorNames({ db }: ReadCtx): Promise<string> {
  const rows = await db
    .selectFrom('user')
    .select('name')
    .where('kind', '=', 'person')
    .where('role', '=', 'administrator')
    .where('scope', '=', 'all')
    .where('disabled_at', 'is', null)
    .orderBy('search_f')
    .limit(mostNamed)
    .execute();
  return rows.map((row) => row.name).join(', ');
}
