import { type RawBuilder, sql } from 'kysely';
import type { WriteDb } from './open.ts';
import { othersTurn } from './others-turn.ts';

/** The tables whose texts are searched by an index, and its text as the step of the schema spells it on PostgreSQL. */
const indexed = {
  key: (row: string) => sql`E'\n' || ${sql.ref(`${row}.search_f`)} || E'\t' || ${sql.ref(`${row}.tail_f`)}`,
  assignment: (row: string) => sql`E'\n' || ${sql.ref(`${row}.user_f`)} || E'\n' || ${sql.ref(`${row}.remarks_f`)}`,
  equipment: (row: string) => sql`E'\n' || ${sql.ref(`${row}.search_f`)}`,
  license: (row: string) => sql`E'\n' || ${sql.ref(`${row}.search_f`)}`,
};

export type SearchedTable = keyof typeof indexed;

const tables = Object.keys(indexed);

/** The fewest letters that are found anywhere in a line; fewer are found at its begin. */
export const foundAnywhere = 3;

const mostThrees = 24;

/**
 * Rows of an embedded file that may hold a text, by their numbers (`at`): what the index says, and all that wait to be put
 * into it (one that only waits to be taken out holds nothing). Undefined of three letters that are fewer characters: no index
 * has those.
 */
export function heldEmbedded(table: SearchedTable, sought: string): RawBuilder<unknown> | undefined {
  const letters = [...(sought.length >= foundAnywhere ? sought : `${'\n'.repeat(3 - sought.length)}${sought}`)];
  if (letters.length < 3) return undefined;
  const words = threesOf(letters).map((three) => `"${three.replaceAll('"', '""')}"`);
  const index = sql.table(`${table}_search`);
  return sql`select rowid as "at" from ${index} where ${index} match ${words.join(' AND ')}
    union all select "row" from ${sql.table(`${table}_search_due`)} where gone is null`;
}

/** All threes of a text, or some of a long one: each is looked up, and the more there are the fewer rows are gone through. */
function threesOf(letters: string[]): string[] {
  const count = letters.length - 2;
  const apart = Math.ceil(count / mostThrees);
  const begins = [...letters.keys()].filter((i) => i < count && i % apart === 0);
  return begins.map((i) => letters.slice(i, i + 3).join(''));
}

/**
 * The same of PostgreSQL, by their ids. The index serves a pattern alone: of the first letters, so that wherever it is tried it
 * ends soon.
 */
export function heldPostgres(table: SearchedTable, sought: string): RawBuilder<unknown> {
  const first = [...sought].slice(0, 20).join('');
  const pattern = (sought.length >= foundAnywhere ? first : `\n${first}`).replaceAll(/[\\%_]/g, String.raw`\$&`);
  return sql`select h.id as "at" from ${sql.table(table)} h where (${indexed[table]('h')}) like ${`%${pattern}%`}`;
}

type Transaction = (work: (tx: WriteDb) => Promise<boolean>) => Promise<boolean>;

/** What holds up others some ten milliseconds: what is taken out is looked for letter by letter, in each part of the index. */
const [takenAtOnce, putAtOnce] = [1, 250];

/** Brings the indexes of an embedded file up to what its rows say now, some rows at a time. */
export async function settleSearch(transaction: Transaction): Promise<void> {
  const turn = othersTurn(1);
  if (!(await transaction(hasIndexes))) return;
  for (const table of tables) while (await transaction((tx) => settleSome(tx, table))) await turn();
}

/** Not so of a file that the present steps of the schema are still to come for. */
async function hasIndexes(db: WriteDb): Promise<boolean> {
  const { rows } = await sql`select 1 from sqlite_schema where name = 'license_search_due'`.execute(db);
  return rows.length > 0;
}

/** Whether there may be more. What was there goes before what comes: a row may have the number of one that went. */
async function settleSome(db: WriteDb, table: string): Promise<boolean> {
  const due = sql.table(`${table}_search_due`);
  for (const [isDue, most] of [
    [sql`gone is not null`, takenAtOnce],
    [sql`gone is null`, putAtOnce],
  ] as const) {
    const { numAffectedRows: done } =
      await sql`delete from ${due} where id in (select id from ${due} where ${isDue} order by id limit ${most})`.execute(
        db,
      );
    if (done) return true;
  }
  return false;
}

/** Makes the indexes of an embedded file anew, of the rows alone. For whoever has the database alone. */
export async function remakeSearch(admin: WriteDb): Promise<void> {
  if (!(await hasIndexes(admin))) return;
  for (const table of tables)
    await admin.transaction().execute(async (tx) => {
      const index = sql.table(`${table}_search`);
      const due = sql.table(`${table}_search_due`);
      await sql`delete from ${due}`.execute(tx);
      await sql`insert into ${index} (${index}) values ('delete-all')`.execute(tx);
      await sql`insert into ${due} (row) select rowid from ${sql.table(table)}`.execute(tx);
      await sql`delete from ${due}`.execute(tx);
    });
}
