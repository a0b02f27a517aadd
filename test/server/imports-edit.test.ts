import { beforeAll, describe, expect, it } from 'vitest';
import { addCustomer, addKey, addUnit, applyTo, logSize, subscription } from '../harness/arrange.ts';
import { edited, exported, type Format, type Language, sendBack } from '../harness/edit-file.ts';
import { everythingStored, upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

type Item = Answer['body'];

const lists = ['keys', 'equipment', 'licenses', 'customers', 'products', 'assignments'] as const;
type List = (typeof lists)[number];

/** What could go wrong in a spreadsheet: formulas, apostrophes, line ends, separators, letters of all sorts. */
const corpus = [
  '=1+1',
  '+49 30 1',
  '-3',
  '@sum',
  "'quoted",
  "''twice",
  '"x"',
  'a;b,c\td',
  'two\nlines',
  '=HYPERLINK("x")',
  'Äß中😀',
  '0012',
];

async function add(world: World, path: string, body: object): Promise<Item> {
  const made = await world.admin('POST', path, body);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body;
}

async function fill(world: World): Promise<void> {
  const define = (recordType: string, name: string, kind: string) =>
    add(world, '/attributes', {
      recordType,
      name,
      kind,
      labelEn: `${name} (en)`,
      labelDe: `${name} (de)`,
      ...(kind === 'choice' && { choices: ['red', 'blau'] }),
    });
  for (const recordType of ['key', 'equipment', 'license']) {
    await define(recordType, 'floor', 'number');
    await define(recordType, 'leased', 'boolean');
    await define(recordType, 'note', 'text');
    await define(recordType, 'since', 'date');
  }
  const attributes = { floor: 1.5, leased: true, note: '=note', since: '2026-02-03' };
  const client = await addCustomer(world, 'Praxis Süd');
  await add(world, '/customers', { name: '=Customer', number: '007', contact: 'a\nb' });
  for (const [i, text] of corpus.entries()) {
    const unit = await add(world, '/equipment', {
      name: `U ${i}`,
      serialNumber: `=S${i}`,
      assetTag: `0${i}`,
      remarks: text,
      location: text.replace(/\s/g, ' '),
      attributes,
    });
    const license = await add(world, '/licenses', {
      productName: `Product ${i % 3}`,
      quantity: i + 1,
      cost: i * 1000.5,
      currency: 'EUR',
      purchaseDate: '2026-01-15',
      termsOfUse: text,
      orderNumber: `-${i}`,
      attributes,
      customerId: client,
    });
    const key = await addKey(world, {
      ...(i % 2 ? subscription('2027-05-31') : {}),
      productName: `Product ${i % 3}`,
      seats: 2,
      remarks: text,
      code: `@${i}`,
      serialNumber: `000${i}`,
      attributes,
      ...(i % 3 === 0 && { licenseId: license.id, customerId: client }),
    });
    if (i % 2) await applyTo(world, key.id, { equipmentId: unit.id, remarks: text, appliedOn: '2026-03-04' });
    else await applyTo(world, key.id, { userName: `User ${i}`, remarks: text });
  }
  const contentOf = (text: string) => Buffer.from(`FEATURE ${text} 1.0 permanent uncounted`).toString('base64');
  for (const name of ['=suite, "Süd".lic', undefined])
    await addKey(world, { licenseKey: undefined, licenseFile: { name, content: contentOf(name ?? 'lines') } });
  await addKey(world, { licenseKey: undefined, delivery: 'account' });
  for (let i = 0; i < 5; i += 1) {
    await addCustomer(world, `Client ${i}`);
    await add(world, '/products', { name: `Extra ${i}` });
  }
  await add(world, '/products', { name: '+Product', code: '-1', website: 'https://example.org' });
}

/** Three cells of a list: the field, what its column is called, and what is written there. */
const edits: Record<
  List,
  [field: string, header: Record<Language, string>, text: Record<Language, string>, now: unknown][]
> = {
  keys: [
    ['remarks', { en: 'Other', de: 'Sonstiges' }, { en: 'edited', de: 'edited' }, 'edited'],
    ['seats', { en: 'Seats', de: 'Plätze' }, { en: '9', de: '9' }, 9],
    [
      'product',
      { en: 'Feature', de: 'Softwareprodukt' },
      { en: 'Extra 1', de: 'extra 1' },
      expect.objectContaining({ name: 'Extra 1' }),
    ],
  ],
  equipment: [
    ['location', { en: 'Location', de: 'Standort' }, { en: '', de: '' }, null],
    ['status', { en: 'Status', de: 'Status' }, { en: 'Returned', de: 'Zurückgegeben' }, 'returned'],
    ['assetTag', { en: 'Asset Tag', de: 'Inventarnummer' }, { en: 'T-%', de: 'T-%' }, 'T-%'],
  ],
  licenses: [
    ['cost', { en: 'Cost', de: 'Kosten' }, { en: '1234.5', de: '1234,5' }, 1234.5],
    ['end', { en: 'End', de: 'Ende' }, { en: '2028-01-31', de: '31.01.2028' }, '2028-01-31'],
    ['supplier', { en: 'Supplier', de: 'Lieferant' }, { en: 'New & Co', de: 'New & Co' }, 'New & Co'],
  ],
  customers: [
    ['number', { en: 'Number', de: 'Nummer' }, { en: '4711', de: '4711' }, '4711'],
    ['contact', { en: 'Contact', de: 'Kontakt' }, { en: 'x\ny', de: 'x\ny' }, 'x\ny'],
    ['name', { en: 'Name', de: 'Name' }, { en: 'Renamed %', de: 'Renamed %' }, 'Renamed %'],
  ],
  products: [
    ['code', { en: 'Code', de: 'Kürzel' }, { en: 'NEW', de: 'NEW' }, 'NEW'],
    ['archived', { en: 'Archived', de: 'Archiviert' }, { en: 'Yes', de: 'Ja' }, true],
    [
      'website',
      { en: 'Website', de: 'Website' },
      { en: 'https://example.net', de: 'https://example.net' },
      'https://example.net',
    ],
  ],
  assignments: [
    ['remarks', { en: 'Remarks', de: 'Bemerkungen' }, { en: 'edited', de: 'edited' }, 'edited'],
    ['appliedOn', { en: 'Applied Date', de: 'Zugewiesen am' }, { en: '2026-04-05', de: '05.04.2026' }, '2026-04-05'],
    ['remarks', { en: 'Remarks', de: 'Bemerkungen' }, { en: '=1', de: '=1' }, '=1'],
  ],
};

async function itemsOf(world: World, list: string): Promise<Map<string, Item>> {
  const { body } = await world.admin('GET', `/${list}?limit=200`);
  return new Map(body.items.map((item: Item) => [item.id, item]));
}

describe.each(engines)('an export imported again on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  beforeAll(() => fill(world));

  const files = lists.flatMap((list): [List, Format, Language][] => [
    [list, 'csv', 'en'],
    [list, 'xlsx', 'de'],
    [list, 'csv', 'de'],
  ]);

  it.each(files)(
    'X3: %s as %s in %s: as it is, every row is there already and nothing is written',
    async (list, format, language) => {
      const rows = await exported(world, list, format, language);
      const before = [await logSize(world), await itemsOf(world, list)];
      const rehearsed = await sendBack(world, list, rows, format, { dryRun: 'true' });
      expect(rehearsed.body).toMatchObject({ errors: [], same: rows.length - 1, changed: 0 });
      const done = await sendBack(world, list, rows, format);
      expect(done.body).toMatchObject({
        status: 'done',
        rows: rows.length - 1,
        same: rows.length - 1,
        changed: 0,
        duplicates: 0,
      });
      expect(done.body.outcomes.every(({ outcome }: Item) => outcome === 'same')).toBe(true);
      // Only that it was imported is recorded.
      expect([await logSize(world), await itemsOf(world, list)]).toEqual([Number(before[0]) + 1, before[1]]);
    },
  );

  it.each(files.filter(([, format, language]) => format === 'xlsx' || language === 'en'))(
    'X3: %s as %s in %s: three edited cells change three fields and nothing else',
    async (list, format, language) => {
      const rows = await exported(world, list, format, language);
      const before = await itemsOf(world, list);
      // Each format edits rows of its own.
      const from = format === 'csv' ? 1 : 4;
      const ids = rows.slice(from, from + 3).map((row) => row[0] ?? '');
      const changes = edits[list].map(([, header, text], i): [string, string, string] => [
        ids[i] ?? '',
        header[language],
        text[language].replace('%', format),
      ]);
      const preview = await sendBack(world, list, edited(rows, changes), format, { dryRun: 'true' });
      expect(preview.body.errors).toEqual([]);
      expect(await itemsOf(world, list)).toEqual(before);
      const size = await logSize(world);
      const done = await sendBack(world, list, edited(rows, changes), format);
      expect(done.body.errors ?? []).toEqual([]);
      const changed = done.body.outcomes.filter(({ outcome }: Item) => outcome === 'changed');
      expect(preview.body.outcomes).toEqual(done.body.outcomes);
      expect(done.body.changed).toBe(3);
      expect(done.body.changed + done.body.same).toBe(rows.length - 1);
      expect(await logSize(world)).toBe(size + changed.length + 1);
      const after = await itemsOf(world, list);
      for (const [id, item] of before) {
        const place = ids.indexOf(id);
        const [field, , , now] = edits[list][place] ?? [];
        if (field === undefined) expect(after.get(id)).toEqual(item);
        else
          expect(after.get(id)).toEqual({
            ...item,
            [field]: typeof now === 'string' ? now.replace('%', format) : now,
            version: item.version + 1,
            ...derived(list, after.get(id)),
          });
      }
      // A second time nothing is left to change, though the file's versions are old.
      const again = await sendBack(world, list, edited(rows, changes), format);
      expect(again.body).toMatchObject({ changed: 0, same: rows.length - 1 });
    },
  );

  it('X3: the entry of a changed record is the usual one, and says that it was imported', async () => {
    const { body } = await admin('GET', '/audit?action=key.updated&limit=1');
    expect(body.items[0].details).toMatchObject({
      imported: true,
      batch: expect.any(String),
      changes: expect.any(Object),
    });
  });

  it('X1: the preview names each field with old and new; what is kept of it names the field alone', async () => {
    const key = await addKey(world, { remarks: 'before', code: 'A' });
    const rows = await exported(world, 'keys', 'csv', 'en', { ids: key.id });
    const changed = edited(rows, [
      [key.id, 'Other', 'after'],
      [key.id, 'Code', ''],
    ]);
    const done = await sendBack(world, 'keys', changed, 'csv');
    const fields = [
      { field: 'code', old: 'A', new: null },
      { field: 'remarks', old: 'before', new: 'after' },
    ];
    const [row] = done.body.outcomes;
    expect(row).toMatchObject({ line: 2, outcome: 'changed', id: key.id });
    expect(row.changes).toEqual(expect.arrayContaining(fields));
    const later = await admin('GET', `/imports/${done.body.id}`);
    expect(later.body.outcomes[0].changes).toEqual(row.changes.map(({ field }: Item) => ({ field })));
  });

  it('X3: another version is a conflict of its row, and says what to do', async () => {
    const key = await addKey(world);
    const rows = await exported(world, 'keys', 'csv', 'en', { ids: key.id });
    await admin('PATCH', `/keys/${key.id}`, { code: 'other' }, { 'if-match': '*' });
    const late = await sendBack(world, 'keys', edited(rows, [[key.id, 'Other', 'late']]), 'csv');
    expect(late.status).toBe(400);
    expect(late.body.errors).toMatchObject([{ code: 'stale' }]);
    expect(late.body.errors[0].detail).toMatch(/Line 2, column "Version": .*version 1, it is now 2\. Export it again/);
  });

  it.each([
    ['Seats Taken', '7', 'computed'],
    ['Status', 'Revoked', 'computed'],
    ['License Key (masked)', '•••••-XXXXX', 'not_changeable'],
    ['User Name', 'Somebody else', 'not_changeable'],
    ['Seats', '', 'required'],
    ['Version', '', 'version_needed'],
    ['Internal ID', 'nobody', 'not_found'],
  ])('X3: a key whose cell %s is edited to "%s" is refused at that cell (%s)', async (header, text, code) => {
    const key = await addKey(world);
    const rows = await exported(world, 'keys', 'csv', 'en', { ids: key.id });
    const changed = edited(rows, [
      [key.id, 'Other', 'changed'],
      [key.id, header, text],
    ]);
    const answer = await sendBack(world, 'keys', changed, 'csv');
    expect(answer.body.errors).toMatchObject([{ code }]);
    expect(answer.body.errors[0].detail).toContain(`Line 2, column "${header}"`);
    expect((await admin('GET', `/keys/${key.id}`)).body).toEqual(key);
  });

  it('X1, X3: a serial number that is truly like a date comes back as it is; one that became a date is refused', async () => {
    const body = { name: 'Dated', serialNumber: '2026-01-05', assetTag: 'A-1' };
    const unit = await add(world, '/equipment', body);
    const rows = await exported(world, 'equipment', 'csv', 'en', { name: 'Dated' });
    const moved = await sendBack(world, 'equipment', edited(rows, [[unit.id, 'Location', 'Shelf']]), 'csv');
    expect(moved.body).toMatchObject({ changed: 1, errors: [] });
    const again = await exported(world, 'equipment', 'csv', 'en', { name: 'Dated' });
    const broken = await sendBack(world, 'equipment', edited(again, [[unit.id, 'Asset Tag', '01.05.2026']]), 'csv');
    expect(broken.body.errors).toMatchObject([{ code: 'destroyed_number' }]);
    expect((await admin('GET', `/equipment/${unit.id}`)).body).toMatchObject({ ...body, location: 'Shelf' });
  });

  it('X3: a row without an id among them is a new record, one that names a record twice is a duplicate', async () => {
    const unit = await addUnit(world, 'Twice');
    const rows = await exported(world, 'equipment', 'csv', 'en', { name: 'Twice' });
    const [header = [], row = []] = rows;
    const fresh = row.map((cell, i) => (header[i] === 'Name' ? 'Fresh' : i < 2 ? '' : cell));
    const done = await sendBack(world, 'equipment', [header, row, fresh], 'csv');
    expect(done.body.outcomes).toMatchObject([{ outcome: 'same', id: unit }, { outcome: 'new' }]);
    const twice = await sendBack(world, 'equipment', [header, row, row], 'csv', { dryRun: 'true' });
    expect(twice.body).toMatchObject({ duplicates: 1, errors: [{ line: 3, column: 'Internal ID', code: 'repeated' }] });
  });

  it('P2: a record outside my customers answers as one that is not there', async () => {
    const mine = await addCustomer(world, 'Mine');
    const limited = await world.tokenFor('administrator', [mine]);
    const unit = await addUnit(world, 'Not mine');
    const answers = await Promise.all(
      [unit, 'nobody'].map((id) => upload(limited, `Internal ID,Version,Name\n${id},1,X\n`, { kind: 'equipment' })),
    );
    expect(answers[0]?.status).toBe(400);
    expect(answers[0]?.body.errors).toEqual(answers[1]?.body.errors);
  });

  it('K5: the text of a key in an export with key texts is no edit as long as it is the same', async () => {
    const key = await addKey(world, { licenseKey: 'SAME1-AAAAA-BBBBB-CCCCC-11111' });
    const file = (text: string) => `Internal ID,Version,License Key,Other\n${key.id},1,${text},new\n`;
    const other = await upload(world.admin, file('OTHER-AAAAA-BBBBB-CCCCC-11111'), { kind: 'keys' });
    expect(other.body.errors).toMatchObject([{ code: 'not_changeable' }]);
    const same = await upload(world.admin, file('same1 AAAAA-BBBBB-CCCCC-11111'), { kind: 'keys' });
    expect(same.body).toMatchObject({ changed: 1 });
    expect(await everythingStored(world)).not.toContain('SAME1');
  });
});

/** What follows from an edit of another field. */
function derived(list: List, now: Item): Item {
  if (list === 'keys') return { status: now.status, inUse: now.inUse };
  return {};
}
