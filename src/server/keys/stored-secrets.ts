import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import type { KeyTable } from '../../db/tables.ts';
import type { App } from '../context.ts';

/** A key with what is stored of its secret; null of one by account. */
type StoredSecret = Pick<
  Selectable<KeyTable>,
  'id' | 'customer_id' | 'revoked_at' | 'delivery' | 'hx' | 'hl' | 'cipher'
>;

const mostKeys = 500;
/** Letters of ciphers held at once: license files may be long. */
const mostLetters = 8 * 1024 * 1024;

/**
 * The next keys after an id, by id, with their secrets: as many as can be held at once, and none where there are no more.
 * Rows whose ids are none of ours are passed over.
 */
export async function secretsAfter(
  db: ReadDb,
  { database }: Pick<App, 'database'>,
  last: string | undefined,
): Promise<StoredSecret[]> {
  const sizes = await db
    .selectFrom('key')
    .select(['id', sql<number>`coalesce(octet_length(cipher), 0)`.as('length')])
    .where(database.fragments.isOwnId('id'))
    .$if(last !== undefined, (query) => query.where('id', '>', last ?? ''))
    .orderBy('id')
    .limit(mostKeys)
    .execute();
  let left = mostLetters;
  const ids = sizes.filter(({ length }, i) => {
    left -= length;
    return i === 0 || left >= 0;
  });
  const { isInList, listOf } = database.fragments;
  return db
    .selectFrom('key')
    .select(['id', 'customer_id', 'revoked_at', 'delivery', 'hx', 'hl', 'cipher'])
    .where(isInList('id', listOf(ids.map(({ id }) => id))))
    .orderBy('id')
    .execute();
}
