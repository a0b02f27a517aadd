import { differencesOf, type Facts } from '../../../domain/audit/fold.ts';
import { begunBy, knownBy, type RecordTable } from '../../../domain/audit/record-facts.ts';
import type { App } from '../../context.ts';
import { factsOfRow } from '../facts-of-row.ts';
import { firstTaggedOf } from '../told-by-log.ts';
import { type Part, partsOf, type Reading, type Row } from './parts.ts';

/**
 * Where a record is not what the log says: `fact` of it, as the row has it and as the log tells it, and the last entry that
 * said something of the record. Without a fact the whole record is in one of the two alone, or its row cannot be read.
 */
export type StateDifference = { table: RecordTable; id: string; idx: number | undefined } & (
  | { fact: string; row: unknown; log: unknown }
  | { only: 'row' | 'log' | 'unreadable' }
);

/**
 * Folds the log and compares every fact of every record with its row, a few hundred records at a time, all as it was at one
 * moment. It goes by the entries as they stand: whether those are genuine is what verifying the log says. What version 0.1.0
 * made, and nothing was stated of, is not compared: its entries did not tell everything, and an upgrade takes away what they do
 * not vouch for.
 */
export async function* compareState(app: App): AsyncIterable<StateDifference> {
  const { db, close } = await app.database.openSnapshot();
  try {
    const reading = { db, fragments: app.database.fragments };
    // In a log that began with tags nothing has yet to be stated, whoever says so.
    const firstTagged = await firstTaggedOf({ db, app });
    for await (const part of partsOf(reading)) yield* comparePart(app, { ...reading, firstTagged }, part);
  } finally {
    await close();
  }
}

type Comparing = Reading & { firstTagged: number };

async function* comparePart(app: App, reading: Comparing, { state, rows }: Part): AsyncIterable<StateDifference> {
  for (const [table, told] of state) {
    const begun = (begunBy as Partial<Record<RecordTable, string>>)[table];
    const unstated = reading.firstTagged > 0 ? await unstatedOf(reading, table, rows.get(table) ?? []) : new Set();
    for (const row of rows.get(table) ?? []) {
      if (begun !== undefined && row[begun] === null) continue;
      const name = String(row[columnKnownBy[table] ?? 'id']);
      const facts = readable(app, table, row);
      const id = String(facts?.[knownBy[table] ?? 'id'] ?? name);
      const record = told.get(id);
      told.delete(id);
      if (unstated.has(row)) continue;
      if (facts === undefined) yield { table, id, idx: record?.idx, only: 'unreadable' };
      else if (record) yield* differing(table, { id, ...record, row: facts });
      else yield { table, id, idx: undefined, only: 'row' };
    }
    for (const [id, { idx, madeBy }] of told) if (madeBy >= reading.firstTagged) yield { table, id, idx, only: 'log' };
  }
}

/** A recovery code is known by a digest; its row is named by whose it is. */
const columnKnownBy: { readonly [Table in RecordTable]?: string } = {
  second_factor: 'user_id',
  recovery_code: 'user_id',
};

function* differing(
  table: RecordTable,
  { id, idx, facts, row }: { id: string; idx: number; facts: Facts; row: Facts },
): Iterable<StateDifference> {
  for (const difference of differencesOf(table, row, facts)) yield { table, id, idx, ...difference };
}

/** Undefined where a column does not hold what it should: somebody else wrote it. */
function readable({ vault }: App, table: RecordTable, row: Row): Facts | undefined {
  try {
    return factsOfRow(vault, table, row);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Under what kind and id a row of version 0.1.0 has yet to be stated; what belongs to a person with the person. */
function statedWith(table: RecordTable, row: Row): { kind: string; id: string } {
  if (table === 'second_factor' || table === 'recovery_code' || table === 'identity')
    return { kind: 'user', id: String(row.user_id) };
  return { kind: table === 'saved_view' ? 'view' : table, id: String(row.id) };
}

/** Which of the rows of a table have yet to be stated. */
async function unstatedOf({ db, fragments }: Reading, table: RecordTable, rows: readonly Row[]): Promise<Set<Row>> {
  const [first] = rows;
  if (!first) return new Set();
  const { isInList, listOf } = fragments;
  const found = await db
    .selectFrom('unstated')
    .select('id')
    .where('kind', '=', statedWith(table, first).kind)
    .where(isInList('id', listOf(rows.map((row) => statedWith(table, row).id))))
    .execute();
  const ids = new Set(found.map(({ id }) => id));
  return new Set(rows.filter((row) => ids.has(statedWith(table, row).id)));
}
