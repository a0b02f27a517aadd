import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { type Column, type RecordTable, recordTables, untoldTables } from '../../src/domain/audit/record-facts.ts';
import { type Statement, statedBy } from '../../src/domain/audit/stated-facts.ts';
import { wordsIn } from '../../src/domain/every-language.ts';
import { customerFields } from '../../src/domain/records/customer.ts';
import { equipmentFields } from '../../src/domain/records/equipment.ts';
import { keyFields } from '../../src/domain/records/key.ts';
import { licenseFields } from '../../src/domain/records/license.ts';
import { productFields } from '../../src/domain/records/product.ts';
import { tellEveryCommand } from '../harness/every-command.ts';
import { tellEveryVerb } from '../harness/every-verb.ts';
import { disagreements } from '../harness/fold-log.ts';
import { withSingleSignOn } from '../harness/single-sign-on.ts';
import { type Call, engines } from '../harness/world.ts';

const columnsOf = (table: RecordTable): [string, Column][] => Object.entries(recordTables[table]);
const tables = Object.keys(recordTables) as RecordTable[];

const web = fileURLToPath(new URL('../../src/web/', import.meta.url));

/** How the screen names a member of an entry, and what it says there, in German. */
async function inGerman() {
  const words = readFileSync(new URL('../../src/domain/words/de.json', import.meta.url), 'utf8');
  await i18next.init({ lng: 'de', resources: { de: { translation: JSON.parse(words) } } });
  // By their paths: the browser's own names are unknown here.
  const { wordsOf } = await import(`${web}words/words-of.ts`);
  const { fieldWords, valueWords } = await import(`${web}audit/detail-words.ts`);
  const german = wordsOf(i18next.t, wordsIn('de'), 'UTC', '2026-11-21');
  return {
    name: (field: string): string => fieldWords(field, 'auditEntry', german),
    value: (action: string, field: string, value: unknown): string => valueWords(action, field, value, german),
  };
}

type Member = { action: string; field: string; value: unknown };

/** Every member of every entry that a screen tells, and what each change made of a field. */
async function toldMembers(call: Call): Promise<Member[]> {
  const { untold } = await import(`${web}audit/untold-details.ts`);
  const members: Member[] = [];
  for (let offset = 0; ; offset += 200) {
    const { items } = (await call('GET', `/audit?limit=200&offset=${offset}`)).body;
    if (items.length === 0) return members;
    for (const { action, details } of items) {
      const { changes = {}, ...others } = details ?? {};
      const became = Object.entries<{ new?: unknown }>(changes).map(([field, change]) => [field, change.new] as const);
      for (const [field, value] of [...Object.entries(others), ...became])
        if (!untold.includes(field)) members.push({ action, field, value });
    }
  }
}

const records = [keyFields, licenseFields, equipmentFields, productFields, customerFields];
/** What people write themselves, and what a file is called by everybody. */
const free = new Set([...records.flatMap(Object.keys), 'name', 'fileName', 'format', 'user', 'userName', 'query']);

function isCode(action: string, field: string, said: string): boolean {
  if (said.includes('{')) return true;
  const isFree = (free.has(field) && !action.startsWith('session.')) || field.startsWith('attributes.');
  return !isFree && /^[a-z][A-Za-z]+$/.test(said) && said !== 'leer';
}

describe.each(engines)('everything that can be done, on %s', async (engine) => {
  const { world, url, start } = await withSingleSignOn(engine, { importSizes: { atOnce: 500, part: 100 } });
  const told = await tellEveryVerb(world, { url, provider: await start() });
  const now = { database: world.database, app: await tellEveryCommand(world) };

  it('house: is told by the story, endpoint by endpoint', () => {
    const writing = allEndpoints.filter(({ method }) => method !== 'GET');
    expect(writing.map(({ method, path }) => `${method} ${path}`).filter((name) => !told.has(name))).toEqual([]);
  });

  it('house: stands in the log, field by field', async () => {
    expect(await disagreements(now)).toEqual([]);
  });

  it('house: has every column of every record, each told or on the closed list, and more than one value of what is told', async () => {
    const found = await world.database.admin.introspection.getTables();
    // The search index of the embedded file, made of the records.
    const own = found.filter(({ name }) => !/_search(_|$)/.test(name));
    expect(own.map(({ name }) => name).sort()).toEqual([...tables, ...Object.keys(untoldTables)].sort());
    const alike: string[] = [];
    for (const table of tables) {
      const rows: Record<string, unknown>[] = await world.database.read.selectFrom(table).selectAll().execute();
      const names = columnsOf(table).map(([column]) => column);
      expect(Object.keys(rows[0] ?? {}).sort(), table).toEqual(names.sort());
      const told = columnsOf(table).flatMap(([column, how]) => ('fact' in how ? [column] : []));
      const values = (column: string) => new Set(rows.map((row) => row[column]));
      // Of the settings there is one row.
      if (rows.length > 1)
        alike.push(...told.filter((column) => values(column).size < 2).map((column) => `${table}.${column}`));
    }
    expect(alike).toEqual([]);
  });

  it('L2: is told in words, with no code of a program among them', async () => {
    const say = await inGerman();
    const raw = new Set<string>();
    for (const { action, field, value } of await toldMembers(world.admin)) {
      if (say.name(field) === field) raw.add(`${action}.${field}`);
      if (isCode(action, field, say.value(action, field, value))) raw.add(`${action}.${field}: ${value}`);
    }
    // The new end of a renewed key stands there as its validity.
    expect([...raw].sort()).toEqual(['key.renewed.newEnd']);
  });

  it('house: a row that is not what the log says is found', async () => {
    const { admin } = world.database;
    const write = (code: string) =>
      admin.updateTable('equipment').set({ code }).where('name', '=', 'LAPTOP-003').execute();
    await write('elsewhere');
    const found = await disagreements(now);
    await write('');
    expect(found).toMatchObject([expect.stringMatching(/^equipment \S+ code: row "elsewhere", log null$/)]);
  });
});

it('house: what an action is said to state are facts of the record', () => {
  const factsOf = (table: RecordTable) => columnsOf(table).flatMap(([, how]) => ('fact' in how ? [how.fact] : []));
  const named = ({ record, facts = {}, where = {} }: Statement) =>
    record === 'subject' ? [] : [...Object.keys(facts), ...Object.keys(where)].map((fact) => ({ record, fact }));
  const unknown = Object.entries(statedBy).flatMap(([action, statements]) =>
    statements
      .flatMap(named)
      .filter(({ record, fact }) => !factsOf(record).includes(fact))
      .map(({ record, fact }) => `${action}: ${record} has no ${fact}`),
  );
  expect(unknown).toEqual([]);
});
