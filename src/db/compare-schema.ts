import { migrationsFor } from './migrate.ts';
import { type Database, openDatabase, type WriteDb } from './open.ts';
import { objectsInUse, withinNewSchema } from './postgres-catalog.ts';
import { type SchemaObjects, sqliteObjects } from './sqlite-catalog.ts';

/** What the steps make in a database, once that was read: they are the same as long as the process lives. */
const made = new WeakMap<Database, SchemaObjects>();

/**
 * Compares the schema of an up-to-date database with what the migrations make: tables, columns, indexes, constraints,
 * and every trigger with its text. Answers each difference in words, an object each: what is missing, what is other than
 * Keybook makes it, and what is not Keybook's. The comparison is a second schema, made by the same steps and gone when it
 * is read; the database itself is only read. On PostgreSQL that takes the right to create schemas in the database.
 */
export async function compareSchema(database: Database): Promise<string[]> {
  const isEmbedded = database.engine === 'sqlite';
  const known = made.get(database);
  if (known) return differences(await (isEmbedded ? sqliteObjects : objectsInUse)(database.admin), known);
  const [found, fresh] = isEmbedded ? await sqlitePair(database) : await withinNewSchema(database, makeSchema);
  made.set(database, fresh);
  return differences(found, fresh);
}

async function sqlitePair(database: Database): Promise<[SchemaObjects, SchemaObjects]> {
  const fresh = openDatabase({ file: ':memory:' });
  try {
    await makeSchema(fresh.admin, fresh.engine);
    return [await sqliteObjects(database.admin), await sqliteObjects(fresh.admin)];
  } finally {
    await fresh.close();
  }
}

async function makeSchema(db: WriteDb, engine: Database['engine']): Promise<void> {
  const steps = Object.entries(migrationsFor({ engine })).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [, step] of steps) await step.up(db);
}

function differences(found: SchemaObjects, wanted: SchemaObjects): string[] {
  const names = [...new Set([...wanted.keys(), ...found.keys()])];
  return names.flatMap((name) => {
    if (!found.has(name)) return [`${name} is missing`];
    if (!wanted.has(name)) return [`${name} is not Keybook's`];
    return found.get(name) === wanted.get(name) ? [] : [`${name} is not as Keybook makes it`];
  });
}
