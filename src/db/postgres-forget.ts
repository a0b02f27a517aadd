import { sql } from 'kysely';
import type { WriteDb } from './open.ts';
import { withPatience } from './patience.ts';

/** The tables that rows are deleted from, or whose rows change what they hold. The log's own entries are never either. */
const touched = sql`audit_payload, "key", assignment, renewal, equipment, license, product, customer, attribute,
  saved_view, import, import_mapping, idempotency, session, token, setup_token, second_factor, recovery_code, identity,
  throttle, refused_attempt, wrapped_key, "user"`;

/** Frees what deleted rows take up in tables and indexes, for new rows to be written over them. Hinders nobody. */
export async function vacuumTables(admin: WriteDb): Promise<void> {
  await withPatience('upkeep', () => sql`vacuum (index_cleanup on) ${touched}`.execute(admin));
}

/** Writes the tables anew, into files of their own, which hold nothing but what they show. Locks each for that time. */
export async function rewriteTables(admin: WriteDb): Promise<void> {
  await withPatience('upkeep', () => sql`vacuum (full) ${touched}`.execute(admin));
}
