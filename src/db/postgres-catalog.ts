import { randomBytes } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { AppError } from '../domain/errors.ts';
import type { Database, WriteDb } from './open.ts';
import { migratorTables, type SchemaObjects } from './sqlite-catalog.ts';

type Row = { name: string; text: string };

/** Thrown to undo what was only made to be looked at. */
class LookedAt extends Error {}

/**
 * Reads the objects of the schema in use, has `make` make the same in a new schema, and reads those. All of it is undone:
 * no other connection ever sees the new schema.
 */
export async function withinNewSchema(
  { admin, engine }: Database,
  make: (db: WriteDb, engine: Database['engine']) => Promise<void>,
): Promise<[SchemaObjects, SchemaObjects]> {
  const name = `keybook_compared_${randomBytes(8).toString('hex')}`;
  const read: SchemaObjects[] = [];
  const work = async (tx: WriteDb): Promise<void> => {
    read.push(await objectsInUse(tx));
    await tx.schema.createSchema(name).execute();
    // From here on, names without a schema are those of the new one.
    await sql`select set_config('search_path', ${name}, true)`.execute(tx);
    await make(tx, engine);
    read.push(await postgresObjects(tx, queries));
    throw new LookedAt();
  };
  await admin
    .transaction()
    .execute(work)
    .catch((error: unknown) => {
      if (!(error instanceof LookedAt)) throw isNotAllowed(error) ? notAllowed() : error;
    });
  const [found, made] = read;
  if (!found || !made) throw new Error('the schema was not read');
  return [found, made];
}

/** The account lacks the right, or the server takes no writes at all, as a replica does not. */
function isNotAllowed(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '42501' || error.code === '25006');
}

function notAllowed(): AppError {
  return new AppError(
    'forbidden',
    'This account may not create a schema in the database, which comparing takes (it is undone at once). Have its owner run: GRANT CREATE ON DATABASE to that account.',
  );
}

/** The objects of the schema in use, and what puts its triggers out of work. */
export function objectsInUse(db: WriteDb): Promise<SchemaObjects> {
  return postgresObjects(db, [...queries, standing]);
}

/** The objects of the current schema. Texts name what is in that schema without it. */
async function postgresObjects(db: WriteDb, asked: RawBuilder<Row>[]): Promise<SchemaObjects> {
  const objects: SchemaObjects = new Map();
  for (const query of asked) {
    const { rows } = await query.execute(db);
    for (const { name, text } of rows) objects.set(name, [objects.get(name), text].filter(Boolean).join('\n'));
  }
  return objects;
}

const anywhere = sql`c.relnamespace = current_schema()::regnamespace`;
/** Without the tables of the migrator: what acts on those, such as a trigger, is not passed over. */
const here = sql`${anywhere} and not (c.relkind = 'r' and c.relname in (${sql.join(migratorTables)}))`;
/** Objects of extensions, such as those that measure, are their own business. */
const ofNoExtension = (catalog: RawBuilder<unknown>, oid: RawBuilder<unknown>) =>
  sql`not exists (select 1 from pg_depend d where d.classid = ${catalog}::regclass and d.objid = ${oid} and d.deptype = 'e')`;

/** The extension stands in one schema of the database, whichever is looked at. */
const withoutPlaceOfTrigrams = (text: RawBuilder<unknown>) =>
  sql`regexp_replace(${text}, '[^ ]+[.]gin_trgm_ops', 'gin_trgm_ops')`;

const queries: RawBuilder<Row>[] = [
  sql<Row>`select 'the table ' || c.relname as name,
      concat_ws(' ', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,
        case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid, true) end) as text
    from pg_class c where ${here} and c.relkind not in ('i', 'I', 't', 'c') and ${ofNoExtension(sql`'pg_class'`, sql`c.oid`)}
    order by c.relname`,
  sql<Row>`select 'the column ' || a.attname || ' of ' || c.relname as name,
      concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attidentity,
        (select collname from pg_collation where oid = a.attcollation), pg_get_expr(d.adbin, d.adrelid, true)) as text
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where ${here} and c.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum`,
  sql<Row>`select 'the constraint ' || n.conname || ' of ' || c.relname as name,
      concat_ws(' ', n.contype, n.convalidated, pg_get_constraintdef(n.oid, true)) as text
    from pg_constraint n join pg_class c on c.oid = n.conrelid
    where ${here} and n.contype in ('c', 'f', 'p', 'u', 'x') order by c.relname, n.conname`,
  sql<Row>`select 'the index ' || i.relname || ' of ' || c.relname as name,
      concat_ws(' ', x.indisvalid, x.indisready, ${withoutPlaceOfTrigrams(sql`pg_get_indexdef(x.indexrelid, 0, true)`)}) as text
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
    where ${here} and c.relkind <> 't' order by c.relname, i.relname`,
  sql<Row>`select 'the trigger ' || t.tgname || ' of ' || c.relname as name,
      concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid, true), p.prosrc, p.provolatile, p.prosecdef, p.proconfig,
        (select lanname from pg_language where oid = p.prolang)) as text
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where ${anywhere} and not t.tgisinternal order by c.relname, t.tgname`,
  sql<Row>`select distinct 'the state "not checked" of the foreign keys of ' || c.relname as name, '' as text
    from pg_trigger t join pg_class c on c.oid = t.tgrelid where ${anywhere} and t.tgisinternal and t.tgenabled <> 'O'`,
  sql<Row>`select 'the rule ' || r.rulename || ' of ' || c.relname as name, pg_get_ruledef(r.oid, true) as text
    from pg_rewrite r join pg_class c on c.oid = r.ev_class where ${anywhere} and r.rulename <> '_RETURN'`,
  sql<Row>`select 'the function ' || p.oid::regprocedure::text as name,
      concat_ws(' ', p.prosrc, p.provolatile, p.prosecdef, p.proconfig) as text
    from pg_proc p where p.pronamespace = current_schema()::regnamespace and ${ofNoExtension(sql`'pg_proc'`, sql`p.oid`)}`,
  sql<Row>`select 'the operator ' || o.oprname || '(' || format_type(o.oprleft, null) || ',' || format_type(o.oprright, null) || ')' as name, o.oprcode::text as text
    from pg_operator o where o.oprnamespace = current_schema()::regnamespace and ${ofNoExtension(sql`'pg_operator'`, sql`o.oid`)}`,
  sql<Row>`select 'the type ' || t.typname as name, t.typtype::text as text
    from pg_type t where t.typnamespace = current_schema()::regnamespace and t.typrelid = 0 and t.typcategory <> 'A'
      and ${ofNoExtension(sql`'pg_type'`, sql`t.oid`)}`,
  sql<Row>`select 'the policy ' || p.polname || ' of ' || c.relname as name, '' as text
    from pg_policy p join pg_class c on c.oid = p.polrelid where ${anywhere}`,
  sql<Row>`select 'the table ' || h.inhrelid::regclass || ' under ' || c.relname as name, '' as text
    from pg_inherits h join pg_class c on c.oid = h.inhparent where ${anywhere} and c.relkind = 'r'`,
];

/** What changes the meaning of everything else for whole connections; it is no part of any schema. */
const standing = sql<Row>`select 'the setting ' || name || ' = ' || setting || ' (triggers do nothing)' as name, '' as text
    from pg_settings where name = 'session_replication_role' and setting <> 'origin'
  union all select 'the setting ' || setting || ' of this role or database (names mean something else)', ''
    from pg_db_role_setting s, unnest(s.setconfig) setting
    where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and s.setrole in (0, (select oid from pg_roles where rolname = current_user)) and setting like 'search_path=%pg_catalog%'
  -- The engine's own have lower numbers.
  union all select 'the cast from ' || format_type(castsource, null) || ' to ' || format_type(casttarget, null), ''
    from pg_cast where pg_cast.oid >= 16384 and ${ofNoExtension(sql`'pg_cast'`, sql`pg_cast.oid`)}`;
