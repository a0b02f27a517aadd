import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { compareSchema } from '../../src/db/compare-schema.ts';
import { type EngineName, engines, newWorld, type World } from '../harness/world.ts';

type Case = { statements: string[]; found: string[] };

/** What somebody may do to a schema behind Keybook's back, and what is said of it. */
const onBoth: Case[] = [
  { statements: ['DROP INDEX key_by_tail'], found: ['the index key_by_tail of key is missing'] },
  {
    statements: [
      'DROP INDEX assignment_one_per_seat',
      'CREATE INDEX assignment_one_per_seat ON assignment (key_id, seat)',
    ],
    found: ['the index assignment_one_per_seat of assignment is not as Keybook makes it'],
  },
  { statements: ['CREATE TABLE stowaway (id integer)'], found: ["the table stowaway is not Keybook's"] },
  { statements: ['DROP TABLE saved_view'], found: ['the table saved_view is missing'] },
];

const onOne: Record<EngineName, Case[]> = {
  sqlite: [
    {
      statements: ['DROP TRIGGER audit_entry_no_update'],
      found: ['the trigger audit_entry_no_update of audit_entry is missing'],
    },
    {
      statements: [
        'DROP TRIGGER audit_entry_no_update',
        'CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry WHEN 0 BEGIN SELECT 1; END',
      ],
      found: ['the trigger audit_entry_no_update of audit_entry is not as Keybook makes it'],
    },
    {
      statements: [
        'CREATE TRIGGER helpful AFTER INSERT ON session BEGIN UPDATE "user" SET role = \'administrator\'; END',
      ],
      found: ["the trigger helpful of session is not Keybook's"],
    },
    {
      statements: ['CREATE TRIGGER kysely_migration AFTER INSERT ON session BEGIN SELECT 1; END'],
      found: ["the trigger kysely_migration of session is not Keybook's"],
    },
    {
      statements: ['CREATE TRIGGER helpful AFTER INSERT ON kysely_migration BEGIN SELECT 1; END'],
      found: ["the trigger helpful of kysely_migration is not Keybook's"],
    },
    {
      statements: ['CREATE INDEX kysely_migration_lock_more ON session (user_id)'],
      found: ["the index kysely_migration_lock_more of session is not Keybook's"],
    },
    {
      statements: ['ALTER TABLE customer ADD COLUMN more TEXT'],
      found: ['the table customer is not as Keybook makes it'],
    },
  ],
  postgres: [
    {
      statements: ['DROP TRIGGER audit_entry_fixed ON audit_entry'],
      found: ['the trigger audit_entry_fixed of audit_entry is missing'],
    },
    {
      statements: ['ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_fixed'],
      found: ['the trigger audit_entry_fixed of audit_entry is not as Keybook makes it'],
    },
    {
      statements: [
        `CREATE OR REPLACE FUNCTION keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
      ],
      found: ['the trigger log_identity_no_update of log_identity is not as Keybook makes it'],
    },
    {
      statements: [
        `CREATE FUNCTION promote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
        'CREATE TRIGGER helpful AFTER INSERT ON session FOR EACH ROW EXECUTE FUNCTION promote()',
      ],
      found: ["the trigger helpful of session is not Keybook's"],
    },
    {
      statements: [
        `CREATE FUNCTION promote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
        'CREATE TRIGGER kysely_migration AFTER INSERT ON kysely_migration FOR EACH ROW EXECUTE FUNCTION promote()',
      ],
      found: ["the trigger kysely_migration of kysely_migration is not Keybook's"],
    },
    {
      statements: ['CREATE TABLE kysely_migration_more (id integer)'],
      found: ["the table kysely_migration_more is not Keybook's"],
    },
    {
      statements: ['CREATE RULE nothing AS ON UPDATE TO "user" DO INSTEAD NOTHING'],
      found: ["the rule nothing of user is not Keybook's"],
    },
    {
      statements: ['ALTER TABLE customer ADD COLUMN more text'],
      found: ["the column more of customer is not Keybook's"],
    },
    {
      statements: ['ALTER TABLE customer ALTER COLUMN name DROP NOT NULL'],
      found: ['the column name of customer is not as Keybook makes it'],
    },
    {
      statements: ['ALTER TABLE "key" DROP CONSTRAINT key_seats_bounded'],
      found: ['the constraint key_seats_bounded of key is missing'],
    },
    {
      statements: ['ALTER TABLE assignment DISABLE TRIGGER ALL'],
      found: ['the state "not checked" of the foreign keys of assignment is not Keybook\'s'],
    },
    {
      statements: ["SET LOCAL session_replication_role = 'replica'"],
      found: ["the setting session_replication_role = replica (triggers do nothing) is not Keybook's"],
    },
    {
      statements: [
        `CREATE FUNCTION longer(a text, b text) RETURNS boolean LANGUAGE sql AS 'SELECT false'`,
        'CREATE OPERATOR > (LEFTARG = text, RIGHTARG = text, FUNCTION = longer)',
      ],
      found: ["the function longer(text,text) is not Keybook's", "the operator >(text,text) is not Keybook's"],
    },
    { statements: ["CREATE TYPE mood AS ENUM ('well')"], found: ["the type mood is not Keybook's"] },
    {
      statements: ['CREATE CAST (text AS integer) WITH INOUT AS IMPLICIT'],
      found: ["the cast from text to integer is not Keybook's"],
    },
    {
      statements: ['ALTER ROLE CURRENT_USER SET search_path = public, pg_catalog'],
      found: [
        "the setting search_path=public, pg_catalog of this role or database (names mean something else) is not Keybook's",
      ],
    },
  ],
};

class Undone extends Error {}

/** What is found after the statements, which are undone. */
async function foundAfter({ database }: World, statements: string[]): Promise<string[]> {
  let found: string[] = [];
  const work = database.admin.transaction().execute(async (tx) => {
    for (const statement of statements) await sql.raw(statement).execute(tx);
    // Within the transaction itself: nobody else sees what was done.
    const transaction = () => ({ execute: (next: (db: typeof tx) => Promise<void>) => next(tx) });
    const admin = new Proxy(tx, {
      get: (on, name) => {
        const part = Reflect.get(on, name);
        return name === 'transaction' ? transaction : typeof part === 'function' ? part.bind(on) : part;
      },
    });
    found = await compareSchema({ ...database, admin });
    throw new Undone();
  });
  await work.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return found;
}

describe.each(engines)('the schema on %s', async (engine) => {
  const world = await newWorld(engine);

  it('R4: is as the migrations make it, and reading that leaves nothing behind', async () => {
    expect(await compareSchema(world.database)).toEqual([]);
    expect(await compareSchema(world.database)).toEqual([]);
    const tables = await world.database.admin.introspection.getTables();
    expect(new Set(tables.map(({ schema }) => schema)).size).toBe(1);
  });

  it.runIf(engine === 'postgres')(
    'V6: an account that may not make the comparison is told which right it lacks',
    async () => {
      const limited = ['CREATE ROLE keybook_limited', 'SET LOCAL ROLE keybook_limited'];
      await expect(foundAfter(world, limited)).rejects.toThrow('GRANT CREATE ON DATABASE');
    },
  );

  it.each([...onBoth, ...onOne[engine]])(
    'R4, V6: what is not as the steps make it is told in words: $found',
    async ({ statements, found }) => {
      const words = await foundAfter(world, statements);
      expect(words).toEqual(expect.arrayContaining(found));
      expect(await compareSchema(world.database)).toEqual([]);
    },
  );
});
