import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';

const tables = ['key', 'equipment', 'license', 'product', 'attribute'] as const;

/** Refuses a database in which anybody has recorded anything beside the organisation and its people. */
export async function requireEmpty(tx: WriteDb, config: Config): Promise<void> {
  const found: string[] = [];
  for (const table of tables) {
    const row = await tx.selectFrom(table).select('id').limit(1).executeTakeFirst();
    if (row) found.push(table);
  }
  const customers = await tx
    .selectFrom('customer')
    .select(sql<number>`count(*)`.as('count'))
    .where('id', 'not in', (db) => db.selectFrom('settings').select('house_id'))
    .executeTakeFirst();
  if (customers && customers.count > 0) found.push('customer');
  if (found.length === 0) return;
  const place = config.databaseUrl
    ? 'Name an empty database in DATABASE_URL. To start a demo over, make its database anew.'
    : `Name a new folder in DATA_DIR. To start a demo over, stop its server and delete its folder; this one is ${config.dataDir}.`;
  throw new AppError(
    'not_empty',
    `The demo goes into an empty database only, and this one has records (${found.join(', ')}). Nothing was changed. ${place}`,
  );
}
