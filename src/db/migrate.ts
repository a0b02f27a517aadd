import { readdirSync } from 'node:fs';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { AppError } from '../domain/errors.ts';
import type { Database } from './open.ts';
import { withPatience } from './patience.ts';
import { markSwept } from './sqlite-forget.ts';
import type { Step } from './step.ts';

/** The steps, by the names of their files. */
const steps = await stepsIn(new URL('migrations/', import.meta.url));

async function stepsIn(folder: URL): Promise<[name: string, step: Step][]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  return Promise.all(
    files.sort().map(async (file): Promise<[string, Step]> => {
      // Each file of that folder exports its step; one that does not fails at every start, and so in every test.
      const { step } = (await import(new URL(file, folder).href)) as { step: Step };
      return [file.slice(0, -'.ts'.length), step];
    }),
  );
}

/** The steps of the schema, in their order. */
export function migrationsFor({ engine }: Pick<Database, 'engine'>): Record<string, Migration> {
  return Object.fromEntries(steps.map(([name, step]) => [name, migrationOf(step(engine))]));
}

function migrationOf(work: ReturnType<Step>): Migration {
  return {
    async up(db) {
      if (typeof work === 'function') await work(db);
      else for (const statement of work) await sql.raw(statement).execute(db);
    },
  };
}

function migratorFor(database: Database): Migrator {
  const migrations = migrationsFor(database);
  return new Migrator({
    db: database.admin,
    provider: { getMigrations: async () => migrations },
    allowUnorderedMigrations: true,
  });
}

export type MigrationStatus = { applied: string[]; pending: string[]; unknown: string[] };

/** Which steps of the schema this database has, which it lacks, and which only a newer Keybook knows. */
export async function migrationStatus(database: Database): Promise<MigrationStatus> {
  const known = Object.keys(migrationsFor(database));
  const tables = await database.admin.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return { applied: [], pending: known, unknown: [] };
  const rows = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(database.admin);
  const applied = rows.rows.map((row) => row.name);
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/** Brings the schema up to date under a lock; each step is one transaction. Refuses a schema newer than this program. */
export async function migrate(database: Database): Promise<string[]> {
  const { applied, unknown } = await migrationStatus(database);
  if (unknown.length > 0) {
    throw new AppError(
      'unavailable',
      `This database was written by a newer Keybook (${unknown.join(', ')}). Start that version, or restore a backup made before the upgrade.`,
    );
  }
  const { error, results } = await withPatience('upkeep', () => migratorFor(database).migrateToLatest());
  if (error) throw error;
  if (applied.length === 0 && database.engine === 'sqlite') await markSwept(database.admin);
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}
