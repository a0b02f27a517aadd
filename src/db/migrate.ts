import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { AppError } from '../domain/errors.ts';
import { fragmentsFor } from './fragments.ts';
import { coreStatements } from './migrations/0001-core.ts';
import { viewStatements } from './migrations/0002-views.ts';
import { sealStatements } from './migrations/0003-seals.ts';
import { tagStatements } from './migrations/0004-tags.ts';
import { assignmentCustomerStatements } from './migrations/0005-assignment-customer.ts';
import { rewriteFilterValues } from './migrations/0006-filter-values.ts';
import { clockStatements } from './migrations/0007-clock.ts';
import type { Database } from './open.ts';
import { withPatience } from './patience.ts';
import { markSwept } from './sqlite-forget.ts';

function statements(list: string[]): Migration {
  return {
    async up(db) {
      for (const statement of list) await sql.raw(statement).execute(db);
    },
  };
}

/** The steps of the schema, in their order. */
export function migrationsFor({ engine }: Pick<Database, 'engine'>): Record<string, Migration> {
  const textType = engine === 'postgres' ? 'text COLLATE "C"' : 'TEXT';
  return {
    '0001-core': statements(coreStatements(engine)),
    '0002-views': statements(viewStatements),
    '0003-seals': statements(sealStatements(textType)),
    '0004-tags': statements(tagStatements(engine)),
    '0005-assignment-customer': statements(assignmentCustomerStatements(engine)),
    '0006-filter-values': { up: (db) => rewriteFilterValues(db, fragmentsFor(engine)) },
    '0007-clock': statements(clockStatements(textType)),
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
