import { type Compilable, type CompiledQuery, createQueryId, type Insertable } from 'kysely';
import type { Fragments } from './fragments.ts';
import type { ReadDb, WriteDb } from './open.ts';
import type { Tables } from './tables.ts';

/** Stands for a value that is known only when the statement runs. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

type Row<Built> = Built extends Compilable<infer Output> ? Output : never;
type Handle = ReadDb | WriteDb;

/** The texts of such statements: PostgreSQL keeps them prepared, which pays only for texts that come again. */
const texts = new Map<string, string>();

/** Under which name PostgreSQL prepares this text, if it is one of a fixed statement. */
export function preparedName(text: string): string | undefined {
  return texts.get(text);
}

/** What a statement runs on. */
export type On<Db> = { db: Db };
/** The same, with the SQL that the engines spell differently. */
export type Dialect<Db> = On<Db> & { fragments: Fragments };

/**
 * A fixed statement of a busy verb: `build` is asked once a database for the query, with placeholders for the values,
 * and the text it gives is run with other values each time. `build` must not decide anything by a value.
 */
export function statement<Target extends On<Handle>, Values extends object, Built extends Compilable<unknown>>(
  build: (on: Target, values: Values) => Built,
): (on: Target, values: Values) => Promise<Row<Built>[]> {
  const compiled = new WeakMap<object, CompiledQuery<Row<Built>>>();
  // The query builder takes any value as a parameter, so a placeholder may stand for each.
  const placeholders = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) }) as Values;
  return async (on, values) => {
    // Either handle is one of Kysely's, which has this method; the narrower type hides it.
    const writable = on.db as WriteDb;
    const { adapter } = writable.getExecutor();
    let query = compiled.get(adapter);
    if (!query) {
      // What `build` answers compiles to rows of its own type.
      query = build(on, placeholders).compile() as CompiledQuery<Row<Built>>;
      compiled.set(adapter, query);
      if (!texts.has(query.sql)) texts.set(query.sql, `keybook_${texts.size}`);
    }
    const parameters = query.parameters.map((value) =>
      value instanceof Placeholder ? values[value.name as keyof Values] : value,
    );
    const { rows } = await writable.executeQuery<Row<Built>>({ ...query, parameters, queryId: createQueryId() });
    return rows;
  };
}

const inserts = new Map<string, (on: On<WriteDb>, row: Record<string, unknown>) => Promise<unknown>>();

/** Inserts one row; the statement is built once for every set of columns. */
export async function insertRow<Table extends keyof Tables>(
  on: On<WriteDb>,
  table: Table,
  row: Insertable<Tables[Table]>,
): Promise<void> {
  const columns = Object.keys(row);
  const name = `${table}:${columns}`;
  let insert = inserts.get(name);
  if (!insert) {
    insert = statement(({ db }: On<WriteDb>, values: Record<string, unknown>) =>
      // These are the columns of a row of this table, so the values are of their types.
      db.insertInto(table).values(Object.fromEntries(columns.map((column) => [column, values[column]])) as typeof row),
    );
    inserts.set(name, insert);
  }
  await insert(on, row);
}
