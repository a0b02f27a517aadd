import { type SqlBool, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import { type Assigned, untoldAssignments } from '../audit/assignments-told.ts';
import { untoldCustomers } from '../audit/customers-told.ts';
import { readIfProven } from '../audit/read-log.ts';
import { unitColumns, untoldOwners, untoldRecords } from '../audit/records-told.ts';
import type { App } from '../context.ts';
import { hasItsHashes } from '../keys/find-by-text.ts';
import { secretsAfter } from '../keys/stored-secrets.ts';

/** A row that says something of who may have a key, and of which the log does not tell that. */
export type Untold = { table: 'assignment' | 'customer' | 'key' | 'equipment' | 'license'; id: string };

const batchSize = 500;

type Id = { id: string };

/** Every active assignment, key, unit, license and name of a customer that is not as the log tells, and key that is not found by its own text or file. Reads all of them, and the log, and writes nothing. */
export async function* findUntold(app: App): AsyncIterable<Untold> {
  await readIfProven(app);
  const log = { db: app.database.read, app };
  yield* foreignUntold(app);
  for await (const rows of batches(assignmentsAfter(app)))
    for (const id of await untoldAssignments(log, rows)) yield { table: 'assignment', id };
  for await (const rows of batches((last: Id | undefined) => secretsAfter(app.database.read, app, last?.id))) {
    const untold = await untoldOwners(log, 'key', rows);
    for (const row of rows) if (untold.has(row.id) || !hasItsHashes({ app }, row)) yield { table: 'key', id: row.id };
  }
  for await (const equipment of batches(unitsAfter(app)))
    for (const subject of await untoldRecords(log, { equipment }))
      yield { table: 'equipment', id: subject.slice('equipment:'.length) };
  for await (const rows of batches(licensesAfter(app)))
    for (const id of await untoldOwners(log, 'license', rows)) yield { table: 'license', id };
  for await (const rows of batches(customersAfter(app)))
    for (const id of await untoldCustomers(log, rows)) yield { table: 'customer', id };
}

const mostForeign = 100;

/** The same of rows whose ids are none that Keybook gives: no page begins behind one of those. */
async function* foreignUntold(app: App): AsyncIterable<Untold> {
  const { read } = app.database;
  const log = { db: read, app };
  const isForeign = isOther(app, 'id');
  const assignments = await active(read)
    .where((eb) => eb.or([isForeign, isOther(app, 'key_id')]))
    .limit(mostForeign)
    .execute();
  for (const id of await untoldAssignments(log, assignments)) yield { table: 'assignment', id: shownId(id) };
  const keys = read.selectFrom('key').select(['id', 'customer_id', 'revoked_at']).where(isForeign).limit(mostForeign);
  for (const id of await untoldOwners(log, 'key', await keys.execute())) yield { table: 'key', id: shownId(id) };
  const licenses = read.selectFrom('license').select(['id', 'customer_id']).where(isForeign).limit(mostForeign);
  for (const id of await untoldOwners(log, 'license', await licenses.execute()))
    yield { table: 'license', id: shownId(id) };
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

function isOther({ database }: App, column: string) {
  return sql<SqlBool>`not coalesce(${database.fragments.isOwnId(column)}, false)`;
}

function active(db: ReadDb) {
  return db
    .selectFrom('assignment')
    .select(['id', 'key_id', 'equipment_id', 'customer_id'])
    .where('removed_at', 'is', null);
}

/** Page by page, of those that are ours. */
async function* batches<Last, Row extends Last>(
  after: (last: Last | undefined) => Promise<Row[]>,
): AsyncIterable<Row[]> {
  for (let last: Last | undefined; ; ) {
    const rows = await after(last);
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1);
  }
}

/** Key by key: of one that very many people have, the entries are read once a page. */
const assignmentsAfter =
  ({ database }: App) =>
  (last: Assigned | undefined): Promise<Assigned[]> =>
    active(database.read)
      .where(database.fragments.isOwnId('id'))
      .where(database.fragments.isOwnId('key_id'))
      .$if(last !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('key_id', 'id'), '>', tuple(last?.key_id ?? '', last?.id ?? '')),
        ),
      )
      .orderBy('key_id')
      .orderBy('id')
      .limit(batchSize)
      .execute();

const licensesAfter =
  ({ database }: App) =>
  (last: Id | undefined) =>
    database.read
      .selectFrom('license')
      .select(['id', 'customer_id'])
      .where(database.fragments.isOwnId('id'))
      .$if(last !== undefined, (query) => query.where('id', '>', last?.id ?? ''))
      .orderBy('id')
      .limit(batchSize)
      .execute();

const unitsAfter =
  ({ database }: App) =>
  (last: Id | undefined) =>
    database.read
      .selectFrom('equipment')
      .select(unitColumns)
      .where(database.fragments.isOwnId('id'))
      .$if(last !== undefined, (query) => query.where('id', '>', last?.id ?? ''))
      .orderBy('id')
      .limit(batchSize)
      .execute();

const customersAfter =
  ({ database }: App) =>
  (last: Id | undefined) =>
    database.read
      .selectFrom('customer')
      .select(['id', 'name', 'name_f'])
      .where(database.fragments.isOwnId('id'))
      .$if(last !== undefined, (query) => query.where('id', '>', last?.id ?? ''))
      .orderBy('id')
      .limit(batchSize)
      .execute();
