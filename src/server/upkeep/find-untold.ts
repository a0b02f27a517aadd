import { type SqlBool, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import { untoldCustomers } from '../audit/customers-told.ts';
import { readIfProven } from '../audit/read-log.ts';
import { unitColumns, untoldOwners, untoldRecords } from '../audit/records-told.ts';
import { type OnUnit, untoldAssignments } from '../audit/told-by-log.ts';
import type { App } from '../context.ts';
import { hasItsHashes } from '../keys/find-by-text.ts';
import { secretsAfter } from '../keys/stored-secrets.ts';

/** A row that says something of who may have a key, and of which the log does not tell that. */
export type Untold = { table: 'assignment' | 'customer' | 'key' | 'equipment'; id: string };

const batchSize = 500;

/** Every active assignment on a unit, key, unit and name of a customer that is not as the log tells, and key that is not found by its own text or file. Reads all of them, and the log, and writes nothing. */
export async function* findUntold(app: App): AsyncIterable<Untold> {
  await readIfProven(app);
  const log = { db: app.database.read, app };
  yield* foreignUntold(app);
  for await (const rows of batches((last) => assignmentsAfter(app, last)))
    for (const id of await untoldAssignments(log, rows)) yield { table: 'assignment', id };
  for await (const rows of batches((last) => secretsAfter(app.database.read, app, last))) {
    const untold = await untoldOwners(log, 'key', rows);
    for (const row of rows) if (untold.has(row.id) || !hasItsHashes({ app }, row)) yield { table: 'key', id: row.id };
  }
  for await (const equipment of batches((last) => unitsAfter(app, last)))
    for (const subject of await untoldRecords(log, { equipment }))
      yield { table: 'equipment', id: subject.slice('equipment:'.length) };
  for await (const rows of batches((last) => customersAfter(app, last)))
    for (const id of await untoldCustomers(log, rows)) yield { table: 'customer', id };
}

const mostForeign = 100;

/** The same of rows whose ids are none that Keybook gives: no page begins behind one of those. */
async function* foreignUntold(app: App): AsyncIterable<Untold> {
  const { read, fragments } = app.database;
  const log = { db: read, app };
  const isForeign = sql<SqlBool>`not coalesce(${fragments.isOwnId('id')}, false)`;
  const assignments = await onUnits(read).where(isForeign).limit(mostForeign).execute();
  for (const id of await untoldAssignments(log, assignments)) yield { table: 'assignment', id: shownId(id) };
  const keys = read.selectFrom('key').select(['id', 'customer_id']).where(isForeign).limit(mostForeign);
  for (const id of await untoldOwners(log, 'key', await keys.execute())) yield { table: 'key', id: shownId(id) };
  const units = read.selectFrom('equipment').select(unitColumns).where(isForeign).limit(mostForeign);
  for (const subject of await untoldRecords(log, { equipment: await units.execute() }))
    yield { table: 'equipment', id: shownId(subject.slice('equipment:'.length)) };
  const customers = read.selectFrom('customer').select(['id', 'name', 'name_f']).where(isForeign).limit(mostForeign);
  for (const id of await untoldCustomers(log, await customers.execute())) yield { table: 'customer', id: shownId(id) };
}

/** What somebody else put at the place of an id, with a beginning and an end. */
function shownId(id: unknown): string {
  return JSON.stringify(String(id).slice(0, 40));
}

/** What is on a unit. */
function onUnits(db: ReadDb) {
  return (
    db
      .selectFrom('assignment')
      // Of those that are on one.
      .select(['id', 'key_id', sql<string>`equipment_id`.as('equipment_id')])
      .where('removed_at', 'is', null)
      .where('equipment_id', 'is not', null)
  );
}

/** Id by id, of those that are ours. */
async function* batches<Row extends { id: string }>(
  after: (last: string | undefined) => Promise<Row[]>,
): AsyncIterable<Row[]> {
  for (let last: string | undefined; ; ) {
    const rows = await after(last);
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1)?.id ?? '';
  }
}

function assignmentsAfter({ database }: App, last: string | undefined): Promise<OnUnit[]> {
  return onUnits(database.read)
    .where(database.fragments.isOwnId('id'))
    .$if(last !== undefined, (query) => query.where('id', '>', last ?? ''))
    .orderBy('id')
    .limit(batchSize)
    .execute();
}

function unitsAfter({ database }: App, last: string | undefined) {
  return database.read
    .selectFrom('equipment')
    .select(unitColumns)
    .where(database.fragments.isOwnId('id'))
    .$if(last !== undefined, (query) => query.where('id', '>', last ?? ''))
    .orderBy('id')
    .limit(batchSize)
    .execute();
}

function customersAfter({ database }: App, last: string | undefined) {
  return database.read
    .selectFrom('customer')
    .select(['id', 'name', 'name_f'])
    .where(database.fragments.isOwnId('id'))
    .$if(last !== undefined, (query) => query.where('id', '>', last ?? ''))
    .orderBy('id')
    .limit(batchSize)
    .execute();
}
