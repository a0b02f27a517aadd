import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { type ReadDb, reading } from '../../db/open.ts';
import type { RecordTable } from '../../domain/audit/record-facts.ts';
import { type StatedKind, statedKinds, statedTables } from '../../domain/audit/stated-facts.ts';
import { change } from '../change.ts';
import { changeIfAny } from '../change-if-any.ts';
import type { App, AuditDraft } from '../context.ts';
import { licenseName } from '../licenses/license-record.ts';
import { bySystem } from '../people/system-actor.ts';
import { givenFields } from '../records/changes-between.ts';
import type { ChangeTx } from '../seals/change-sealed.ts';
import { type Factors, hasItsFactors } from '../seals/factors.ts';
import { isSealed } from '../seals/seal.ts';
import { factsOfRow } from './facts-of-row.ts';
import { claimHead } from './head.ts';
import { namedBeforeTags, namesOf, type StatedRow as Row } from './named-before-tags.ts';
import { statedAlready } from './stated-already.ts';

/** Records of one transaction: others wait for some tens of milliseconds. */
const atOnce = 100;
const batchesBetweenLines = 100;

/**
 * States all facts of the records that an earlier version made, whose entries do not tell all of them: one entry each, by
 * the system, in parts that each commit. A database knows which are left (`unstated`), so that a server that is ended goes
 * on at its next start, and of several each does some. Where there are none, this is one look. What a database says is
 * left counts only where the log says so too: rows that the server did not write stay, as what they say is nobody's word.
 * Answers how many were stated.
 */
export async function stateFacts(app: App, isStopping: () => boolean = () => false): Promise<number> {
  let sum = 0;
  let batches = 0;
  let known: Promise<ReadonlySet<string>> | undefined;
  const already = () => {
    known ??= statedAlready({ db: app.database.read, app });
    return known;
  };
  for (const kind of statedKinds)
    for (let after: string | undefined = ''; after !== undefined && !isStopping(); ) {
      const begun = performance.now();
      const { stated, last }: Part = await statePart(app, kind, { after, already });
      after = last;
      sum += stated;
      batches += 1;
      if (stated > 0 && batches % batchesBetweenLines === 0)
        app.log.info({ stated: sum, kind }, 'facts of records of an earlier version');
      // Whoever waits to write comes first.
      if (last !== undefined) await setTimeout(performance.now() - begun);
    }
  if (sum > 0) app.log.info({ stated: sum }, 'the log has the facts of records of an earlier version');
  return sum;
}

/** After which id a part begins, and what was stated before all parts. */
type Place = { after: string; already: () => Promise<ReadonlySet<string>> };
/** How many of a part were stated, and the last id it looked at; undefined where there are no more. */
type Part = { stated: number; last: string | undefined };

async function isLeft(db: ReadDb, kind: StatedKind, after: string): Promise<boolean> {
  const one = db.selectFrom('unstated').select('id').where('kind', '=', kind).where('id', '>', after).limit(1);
  return (await one.executeTakeFirst()) !== undefined;
}

/**
 * The log's head is held before anything is read: whoever changed a row and has not committed yet records that after what
 * is stated here, from the value that is read here.
 */
async function statePart(app: App, kind: StatedKind, { after, already }: Place): Promise<Part> {
  if (!(await isLeft(app.database.read, kind, after))) return { stated: 0, last: undefined };
  // Before the head of the log is held: of a long log it takes seconds.
  const before = await already();
  const now = app.clock().toISOString();
  const by = bySystem(app, 'system', now);
  return changeIfAny({ change: (work) => change(by, work) }, async (tx) => {
    await claimHead({ db: tx, fragments: app.database.fragments });
    const found = await someRows(tx, kind, after);
    const last = found.length === 0 ? undefined : String(found.at(-1)?.id);
    const genuine: Row[] = [];
    for (const row of found) if (await isGenuine(app, tx, statedTables[kind], row)) genuine.push(row);
    const told = await namedBeforeTags({ db: reading(tx), app }, kind, genuine);
    const rows = told.filter((row) => !namesOf(kind, row).some((name) => before.has(name)));
    if (rows.length === 0) return { result: { stated: 0, last }, audit: [] };
    const ids = rows.map(({ id }) => String(id));
    await tx.deleteFrom('unstated').where('kind', '=', kind).where('id', 'in', ids).execute();
    const more = await moreFacts(app, tx, kind, rows);
    return {
      result: { stated: rows.length, last },
      audit: rows.map((row) => draftOf(app, kind, row, more.get(row.id))),
    };
  });
}

/** The next records of a kind that are there. */
async function someRows(tx: ChangeTx, kind: StatedKind, after: string): Promise<Row[]> {
  // The one table whose ids are numbers has one row.
  const id = kind === 'settings' ? sql`cast(r.id as text)` : sql.ref('r.id');
  const { rows } = await sql<Row>`select r.* from unstated w join ${sql.table(statedTables[kind])} r on ${id} = w.id
    where w.kind = ${kind} and w.id > ${after} order by w.id limit ${atOnce}`.execute(tx);
  return rows;
}

async function isGenuine(app: App, tx: ChangeTx, table: RecordTable, row: Row): Promise<boolean> {
  if (table !== 'user' && table !== 'token' && table !== 'settings') return true;
  // Each of these tables has a seal, and people what it says of their factors.
  if (!isSealed(app, table, row as Row & { seal: string }, {})) return false;
  return table !== 'user' || hasItsFactors(tx, row as Row & Factors);
}

/** What an entry says beside the facts of the row: names for people, whose entry it is, and what else belongs to a person. */
type More = { customerId?: string; details: Record<string, unknown> };

async function moreFacts(app: App, tx: ChangeTx, kind: StatedKind, rows: Row[]): Promise<Map<string, More>> {
  switch (kind) {
    case 'key':
    case 'assignment':
    case 'renewal': {
      const keyIds = rows.map((row) => String(kind === 'key' ? row.id : row.key_id));
      const keys = await keysNamed(app, tx, keyIds);
      return new Map(rows.map((row, i) => [row.id, keys.get(keyIds[i] ?? '') ?? { details: {} }]));
    }
    case 'license':
      return licensesNamed(tx, rows);
    case 'user': {
      const people = new Map<string, More>();
      for (const { id } of rows) people.set(id, await factorsOfUser(app, tx, id));
      return people;
    }
    default:
      return new Map();
  }
}

async function keysNamed({ database }: App, tx: ChangeTx, ids: string[]): Promise<Map<string, More>> {
  const { isInList, listOf } = database.fragments;
  const keys = await reading(tx)
    .selectFrom('key as k')
    .innerJoin('product as p', 'p.id', 'k.product_id')
    .select(['k.id', 'k.mask', 'k.customer_id', 'p.name'])
    .where(isInList('k.id', listOf(ids)))
    .execute();
  return new Map(
    keys.map(({ id, mask, customer_id: customerId, name }) => [
      id,
      { customerId, details: { product: name, maskedKey: mask } },
    ]),
  );
}

/** As their other entries call them. */
async function licensesNamed(tx: ChangeTx, rows: Row[]): Promise<Map<string, More>> {
  const ids = [...new Set(rows.map((row) => String(row.product_id)))];
  const products = await reading(tx).selectFrom('product').select(['id', 'name']).where('id', 'in', ids).execute();
  const names = new Map(products.map(({ id, name }) => [id, name]));
  return new Map(
    rows.map((row) => {
      const product = names.get(String(row.product_id)) ?? '';
      return [row.id, { details: { name: licenseName(product, String(row.order_number)), product } }];
    }),
  );
}

const ofUser = { factors: 'second_factor', codes: 'recovery_code', identities: 'identity' } as const;

/** Second factor, recovery codes and accounts of single sign-on: each as a list, in the words of its table. */
async function factorsOfUser({ vault }: App, tx: ChangeTx, userId: string): Promise<More> {
  const details: Record<string, unknown> = {};
  for (const [name, table] of Object.entries(ofUser)) {
    const rows = await reading(tx).selectFrom(table).selectAll().where('user_id', '=', userId).execute();
    const begun = rows.filter((row) => !('confirmed_at' in row) || row.confirmed_at !== null);
    if (begun.length > 0) details[name] = begun.map((row) => givenFields(factsOfRow(vault, table, row)));
  }
  return { details };
}

function draftOf({ vault }: App, kind: StatedKind, row: Row, more: More = { details: {} }): AuditDraft {
  const { id, keyId, equipmentId, customerId, ...facts } = factsOfRow(vault, statedTables[kind], row);
  const named = (value: unknown, own: StatedKind): string | null =>
    kind === own ? row.id : typeof value === 'string' ? value : null;
  return {
    action: 'facts.stated',
    subject: `${kind}:${id}`,
    keyId: named(keyId, 'key'),
    equipmentId: named(equipmentId, 'equipment'),
    customerId: named(customerId ?? more.customerId, 'customer'),
    details: { ...more.details, ...givenFields(facts) },
  };
}
