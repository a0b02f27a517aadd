import { type Kysely, sql } from 'kysely';
import type { Step } from '../step.ts';

/** The searched texts of a table: columns of folded lines, and one that is looked into by no fewer than three letters. */
const searched: Record<string, { lines: string[]; also?: string }> = {
  key: { lines: ['search_f'], also: 'tail_f' },
  assignment: { lines: ['user_f', 'remarks_f'] },
  equipment: { lines: ['search_f'] },
  license: { lines: ['search_f'] },
};

/** So many rows are put into the index at once: a part of it is written each time, whatever the rows are. */
const atOnce = 256;

/**
 * An index of the three letters that stand next to each other anywhere in a searched text, so that a search goes through
 * none but the rows that may hold it. Each line stands behind two line ends: the first one or two letters of a line are
 * found as three.
 *
 * On an embedded file rows wait in `…_search_due` until some are put into the index together, and what was there of
 * changed and deleted rows waits with the text that went (`gone`), for triggers to take each out as it leaves. On PostgreSQL
 * the index is one of `pg_trgm`, where the database has that extension or may make it; else all is searched row by row.
 */
export const step: Step = (engine) => (engine === 'sqlite' ? Object.keys(searched).flatMap(embedded) : onPostgres);

function embedded(table: string): string[] {
  const index = `${table}_search`;
  const due = `${index}_due`;
  const { lines = [], also } = searched[table] ?? {};
  const columns = also === undefined ? lines : [...lines, also];
  const textOf = (row: string) => lines.map((column) => `${row}.${column}`).join(' || char(10) || ');
  const alsoOf = (row: string) => (also === undefined ? '' : ` || char(9) || ${row}.${also}`);
  const linesOf = (row: string) =>
    `char(10) || char(10) || replace(${textOf(row)}, char(10), char(10) || char(10))${alsoOf(row)}`;
  const isSaid = (row: string) => columns.map((column) => `${row}.${column} <> ''`).join(' OR ');
  const isChanged = columns.map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ');
  const waits = (row: string) => `EXISTS (SELECT 1 FROM ${due} WHERE row = ${row}.rowid AND gone IS NULL)`;
  const takeOut = `INSERT INTO ${due} (row, gone) SELECT OLD.rowid, ${linesOf('OLD')} WHERE (${isSaid('OLD')}) AND NOT ${waits('OLD')};`;
  return [
    `CREATE VIRTUAL TABLE ${index} USING fts5(lines, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')`,
    // What is taken out is gone at once, not when parts of the index are next merged.
    `INSERT INTO ${index} (${index}, rank) VALUES ('secure-delete', 1)`,
    `CREATE TABLE ${due} (id integer PRIMARY KEY, row integer NOT NULL, gone TEXT)`,
    `CREATE INDEX ${due}_row ON ${due} (row)`,
    `CREATE TRIGGER ${due}_put AFTER DELETE ON ${due} WHEN OLD.gone IS NULL BEGIN
       INSERT INTO ${index} (rowid, lines) SELECT r.rowid, ${linesOf('r')} FROM "${table}" r WHERE r.rowid = OLD.row; END`,
    `CREATE TRIGGER ${due}_take AFTER DELETE ON ${due} WHEN OLD.gone IS NOT NULL BEGIN
       INSERT INTO ${index} (${index}, rowid, lines) VALUES ('delete', OLD.row, OLD.gone); END`,
    `CREATE TRIGGER ${due}_many AFTER INSERT ON ${due} WHEN NEW.id % ${atOnce} = 0 BEGIN
       DELETE FROM ${due} WHERE gone IS NULL AND row NOT IN (SELECT row FROM ${due} WHERE gone IS NOT NULL); END`,
    `CREATE TRIGGER ${index}_insert AFTER INSERT ON "${table}" WHEN ${isSaid('NEW')} BEGIN
       INSERT INTO ${due} (row) VALUES (NEW.rowid); END`,
    `CREATE TRIGGER ${index}_update AFTER UPDATE OF ${columns.join(', ')} ON "${table}" WHEN ${isChanged} BEGIN
       ${takeOut}
       INSERT INTO ${due} (row) SELECT NEW.rowid WHERE (${isSaid('NEW')}) AND NOT ${waits('NEW')}; END`,
    `CREATE TRIGGER ${index}_delete AFTER DELETE ON "${table}" BEGIN
       ${takeOut}
       DELETE FROM ${due} WHERE row = OLD.rowid AND gone IS NULL; END`,
    `INSERT INTO ${index} (rowid, lines) SELECT r.rowid, ${linesOf('r')} FROM "${table}" r WHERE ${isSaid('r')}`,
  ];
}

async function onPostgres(db: Kysely<object>): Promise<void> {
  const place = await trigramsIn(db);
  if (place === undefined) return;
  for (const [table, { lines, also }] of Object.entries(searched)) {
    // A line end before each line, and what is no line behind a tab.
    const texts = lines.map((column) => sql`E'\n' || ${sql.ref(column)}`);
    if (also !== undefined) texts.push(sql`E'\t' || ${sql.ref(also)}`);
    await sql`CREATE INDEX ${sql.id(`${table}_search`)} ON ${sql.id(table)}
      USING gin ((${sql.join(texts, sql` || `)}) ${sql.id(place, 'gin_trgm_ops')})`.execute(db);
  }
}

/** The schema that has the extension; undefined where the server lacks it, or this account may not make it. */
async function trigramsIn(db: Kysely<object>): Promise<string | undefined> {
  const find = sql<{ place: string }>`SELECT n.nspname AS place FROM pg_extension e
    JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'`;
  const { rows: found } = await find.execute(db);
  if (found[0]) return found[0].place;
  const { rows: makeable } = await sql`SELECT 1 FROM pg_available_extension_versions v
    WHERE v.name = 'pg_trgm' AND (v.superuser = false OR v.trusted OR current_setting('is_superuser') = 'on')
      AND has_database_privilege(current_database(), 'CREATE')`.execute(db);
  if (makeable.length === 0) return undefined;
  await sql`CREATE EXTENSION pg_trgm`.execute(db);
  return (await find.execute(db)).rows[0]?.place;
}
