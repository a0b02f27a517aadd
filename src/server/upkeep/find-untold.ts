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
  for (const table of ['assignment', 'key', 'equipment', 'customer'] as const)
    for (const id of await foreignIds(app, table)) yield { table, id };
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

/** What stands at the place of an id in rows that Keybook did not make, as it can be shown. */
async function foreignIds({ database }: App, table: Untold['table']): Promise<string[]> {
  // The first of these tables stands for each.
  const rows = await database.read
    .selectFrom(table as 'customer')
    .select('id')
    .where((eb) => eb.not(database.fragments.isOwnId('id')))
    .limit(mostForeign)
    .execute();
  return rows.map(({ id }) => JSON.stringify(String(id).slice(0, 40)));
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

async function assignmentsAfter({ database }: App, last: string | undefined): Promise<OnUnit[]> {
  const rows = await database.read
    .selectFrom('assignment')
    .select(['id', 'key_id', 'equipment_id'])
    .where(database.fragments.isOwnId('id'))
    .$if(last !== undefined, (query) => query.where('id', '>', last ?? ''))
    .where('removed_at', 'is', null)
    .where('equipment_id', 'is not', null)
    .orderBy('id')
    .limit(batchSize)
    .execute();
  return rows.map(({ equipment_id, ...row }) => ({ ...row, equipment_id: equipment_id ?? '' }));
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
