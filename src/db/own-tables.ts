import { type RawBuilder, sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { Tables } from './tables.ts';

/** Every table of ours. */
const tables: Readonly<Record<keyof Tables, true>> = {
  settings: true,
  customer: true,
  product: true,
  license: true,
  key: true,
  equipment: true,
  assignment: true,
  renewal: true,
  attribute: true,
  saved_view: true,
  user: true,
  session: true,
  second_factor: true,
  recovery_code: true,
  identity: true,
  throttle: true,
  token: true,
  setup_token: true,
  idempotency: true,
  refused_attempt: true,
  limited_use: true,
  unstated: true,
  expiry_run: true,
  consistency_check: true,
  import: true,
  import_mapping: true,
  import_rejected: true,
  wrapped_key: true,
  log_identity: true,
  audit_head: true,
  audit_entry: true,
  audit_payload: true,
  audit_erasure: true,
  audit_checkpoint: true,
  audit_tile: true,
};

const ours = sql.join(Object.keys(tables).map((name) => sql.lit(name)));

/**
 * One that is not the plain table of that name, or NULL. Whoever writes the database can put a view in a table's place, or
 * a rule on it, that answers another thing at each look; on PostgreSQL also operators of their own before the engine's.
 */
export const otherThanTable: Readonly<Record<Engine, RawBuilder<string | null>>> = {
  // As this connection has read its schema, and not by a table that somebody called like the question.
  sqlite: sql`(select case when exists (select 1 from sqlite_schema where name like 'pragma%') then 'a table called like a pragma' else
    (select name from pragma_table_list where schema = 'main' and type <> 'table' and lower(name) in (${ours}) limit 1) end)`,
  postgres: sql`(select case when pg_catalog.array_position(pg_catalog.current_schemas(false), 'pg_catalog') > 1 then 'the search path' else
    (select c.relname::text from pg_catalog.pg_class c
      where c.relname in (${ours}) and pg_catalog.pg_table_is_visible(c.oid) and (c.relkind <> 'r' or c.relrowsecurity
        or (c.relhasrules and exists (select 1 from pg_catalog.pg_rewrite r where r.ev_class = c.oid))
        or (c.relhassubclass and exists (select 1 from pg_catalog.pg_inherits i where i.inhparent = c.oid))) limit 1) end)`,
};
