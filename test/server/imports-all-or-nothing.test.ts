import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Counts, countRows, everythingStored, sample, upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const licenses = { kind: 'licenses', profile: 'snipe-it' };
const canary = 'CANARY-AAAAA-BBBBB-CCCCC-12345';
const none = { customer: 0, product: 0, license: 0, key: 0, equipment: 0, assignment: 0 };

describe.each(engines)('the same file twice on %s', async (engine) => {
  const world = await newWorld(engine);
  const file = sample('snipe-it-licenses.csv');

  it('X1: a rehearsal says what would come of it and writes nothing', async () => {
    const before = await countRows(world);
    const rehearsed = await upload(world.admin, file, { ...licenses, dryRun: 'true' });
    expect(rehearsed.status).toBe(201);
    expect(rehearsed.body).toMatchObject({ id: null, dryRun: true, status: 'done', rows: 4, same: 0, errors: [] });
    expect(await countRows(world)).toEqual(before);
    const done = await upload(world.admin, file, licenses);
    expect(done.body.created).toEqual(rehearsed.body.created);
  });

  it('X: changes nothing but that it was imported again', async () => {
    const before = await countRows(world);
    const again = await upload(world.admin, file, licenses);
    expect(again.body).toMatchObject({ status: 'done', rows: 4, same: 4, created: none });
    expect(await countRows(world)).toEqual({
      ...before,
      import: before.import + 1,
      audit_entry: before.audit_entry + 1,
    });
  });

  it('X: finds a license without a key by what its row says, as often as it says so', async () => {
    const row = 'Cloud Storage Pro,,03/15/2026,20';
    const twice = `Item name,serial number,purchase date,seats\n${row}\n${row}\n`;
    const first = await upload(world.admin, twice, licenses);
    expect(first.body).toMatchObject({ same: 0, created: { ...none, license: 2 } });
    expect((await upload(world.admin, twice, licenses)).body).toMatchObject({ same: 2, created: none });
    const thrice = await upload(world.admin, `${twice}${row}\n`, licenses);
    expect(thrice.body).toMatchObject({ same: 2, created: { ...none, license: 1 } });
  });

  it('X: a key added to a known cell joins the license of the others', async () => {
    const cell = (count: number) =>
      Array.from({ length: count }, (_, i) => `JOIN1-AAAAA-BBBBB-CCCCC-0000${i}`).join('\n');
    const list = (count: number) => `Item name,serial number,seats\nJoined,"${cell(count)}",${count}\n`;
    await upload(world.admin, list(2), licenses);
    const more = await upload(world.admin, list(3), licenses);
    expect(more.body).toMatchObject({ same: 0, created: { ...none, key: 1 } });
    const { body } = await world.admin('GET', '/keys?product=joined');
    expect(new Set(body.items.map((key: { licenseId: string }) => key.licenseId)).size).toBe(1);
  });

  it('A4: sent twice at the same time, every record is made once', async () => {
    const list = sample('snipe-it-assets.csv');
    const assets = { kind: 'equipment', profile: 'snipe-it' };
    const answers = await Promise.all([1, 2, 3].map(() => upload(world.admin, list, assets)));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    expect(answers.map((answer) => answer.body.same).sort()).toEqual([0, 5, 5]);
    expect((await countRows(world)).equipment).toBe(5);
  });

  it('X: repeated with its Idempotency-Key it is one import, and another file under that key is refused', async () => {
    const list = 'key,product\nIDEMP-AAAAA-BBBBB-CCCCC-00001,Once\n';
    const headers = { 'idempotency-key': 'import-1' };
    const first = await upload(world.admin, list, { kind: 'keys' }, headers);
    const again = await upload(world.admin, list, { kind: 'keys' }, headers);
    const { mapping, headerRow, sheets, ...kept } = first.body;
    expect([mapping, headerRow, sheets]).toEqual([{ key: 'licenseKey', product: 'productName' }, 1, []]);
    expect(again.body).toEqual(kept);
    expect((await upload(world.admin, `${list}\n`, { kind: 'keys' }, headers)).status).toBe(422);
  });
});

/** Every way a file can be broken, with the code of its refusal. */
const broken: [name: string, content: string | Buffer<ArrayBuffer>, code: string, line: number][] = [
  ['nothing', '', 'empty', 1],
  ['only a mark of byte order', '\ufeff', 'empty', 1],
  ['only line ends', '\r\n\r\n', 'empty', 1],
  ['only a header', 'key,product\n', 'empty', 1],
  ['only blank rows', 'key,product\n,\n , \n', 'empty', 1],
  ['a NUL character', `key,product\n${canary},a\0b\n`, 'nul', 2],
  ['a quote that is never closed', `key,product\nOK,P\n${canary},"open\nrow,row\n`, 'quote_not_closed', 3],
  ['text behind a closing quote', `key,product\n"${canary}"x,P\n`, 'quote', 2],
  ['a row that is too short', `key,product\n${canary}\n`, 'ragged', 2],
  ['a row that is too long', `key,product\n\n${canary},P,more\n`, 'ragged', 3],
  ['two columns of one name', `key,product,KEY\n${canary},P,x\n`, 'duplicate_column', 1],
  ['a value under no name', `key,product,\n${canary},P,x\n`, 'unnamed_column', 2],
  ['a cell of a million characters', `key,product\n${canary},${'x'.repeat(1_000_001)}\n`, 'too_long', 2],
  ['no header at all', `${canary},P\n${canary.replace('1', '2')},P\n`, 'unknown_column', 1],
  ['a header named __proto__', `key,product,__proto__\n${canary},P,x\n`, 'unknown_column', 1],
  ['a header named constructor', `key,product,constructor\n${canary},P,x\n`, 'unknown_column', 1],
  ['too many columns', `${Array.from({ length: 501 }, (_, i) => `c${i}`).join(',')}\n`, 'too_many_columns', 1],
];

/** Rows that are no record, each beside a good one, with code, line and column of the refusal. */
const wrongRows: [name: string, file: string, code: string, place: string][] = [
  ['no license key', `key,product\n,P\n`, 'required', 'Line 2, column "key"'],
  ['no product', `key,product\n${canary},\n`, 'required', 'Line 2, column "product"'],
  ['a mask', `key,product\n•••••-12345,P\n`, 'masked', 'Line 2, column "key"'],
  ['a control character', `key,product\n${canary}\u0007,P\n`, 'control_character', 'Line 2, column "key"'],
  [
    'the same key twice',
    `key,product\n"${canary}",P\n\n${canary.toLowerCase()},P\n`,
    'repeated',
    'Line 4, column "key"',
  ],
  ['the same key in one cell', `key,product\n"${canary}\n${canary}",P\n`, 'repeated', 'Line 2, column "key"'],
  ['no such day', `key,product,expires\n${canary},P,2026-02-30\n`, 'not_a_day', 'Line 2, column "expires"'],
  ['a day as a number', `key,product,expires\n${canary},P,19999\n`, 'not_a_day', 'Line 2, column "expires"'],
  ['a key where a day should be', `key,product,expires\nA,P,${canary}\n`, 'not_a_day', 'Line 2, column "expires"'],
  ['a key where a number should be', `key,product,seats\nA,P,${canary}\n`, 'not_a_number', 'Line 2, column "seats"'],
  ['no seats', `key,product,seats\n${canary},P,1000001\n`, 'too_big', 'Line 2, column "seats"'],
  [
    'an end before the start',
    `key,product,valid from,valid until\n${canary},P,2027-01-01,2026-01-01\n`,
    'before_start',
    'Line 2, column "valid until"',
  ],
  [
    'a permanent key that ends',
    `key,product,type,expires\n${canary},P,Permanent,2027-01-01\n`,
    'not_allowed',
    'Line 2, column "expires"',
  ],
  ['a direction control', `key,product\n${canary},P\u202eX\n`, 'bidi_control', 'Line 2, column "product"'],
  ['no such customer', `key,product,customerId\n${canary},P,nobody\n`, 'not_found', 'Line 2'],
];

describe.each(engines)('a file that is wrong on %s', async (engine) => {
  const world = await newWorld(engine);
  let before: Counts;

  beforeEach(async () => {
    before = await countRows(world);
  });

  async function expectNothing(answer: Answer): Promise<void> {
    expect(JSON.stringify(answer.body)).not.toContain('AAAAA');
    expect(await countRows(world)).toEqual(before);
    expect(await everythingStored(world)).not.toContain('AAAAA');
  }

  it.each(broken)('X1: %s is refused, and nothing is imported', async (_, content, code, line) => {
    const answer = await upload(world.admin, content, { kind: 'keys' });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject({ pointer: '/file', code });
    expect(answer.body.errors[0].detail).toMatch(new RegExp(`^Line ${line}[,:]`));
    await expectNothing(answer);
    const rehearsed = await upload(world.admin, content, { kind: 'keys', dryRun: 'true' });
    expect(rehearsed.status).toBe(201);
    expect(rehearsed.body.status).toBe('refused');
    expect(rehearsed.body.errors[0]).toMatchObject({ code, line });
  });

  it.each(wrongRows)('X1: with %s in one row, nothing is imported', async (_, file, code, place) => {
    const answer = await upload(world.admin, file, { kind: 'keys' });
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('invalid');
    expect(answer.body.errors.map((error: { code: string }) => error.code)).toEqual([code]);
    expect(answer.body.errors[0].detail.startsWith(place)).toBe(true);
    await expectNothing(answer);
  });

  it('X1, S2: of wrong rows the first fifty are told, and how many more there are; the good ones are not imported', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) =>
      i % 2 ? `BBBBB-${1e9 + i}-XX,P,31.31.2026` : `AAAAA-${1e9 + i}-XX,P,2026-01-01`,
    );
    const answer = await upload(world.admin, `key,product,purchase date\n${rows.join('\n')}\n`, { kind: 'keys' });
    const lines = answer.body.errors.map(({ params }: { params: { line: number } }) => params.line);
    expect(lines).toEqual(Array.from({ length: 50 }, (_, i) => 3 + 2 * i));
    expect(answer.body.errors[49].detail).toContain('Line 101, column "purchase date"');
    expect(answer.body.moreErrors).toBe(1200);
    expect(JSON.stringify(answer.body)).not.toContain('not listed');
    await expectNothing(answer);
  });

  it('X1, S2: of rows of another shape than the header it is told as well how many more there are', async () => {
    const answer = await upload(world.admin, `key,product\n${'AAAAA\n'.repeat(2500)}`, { kind: 'keys' });
    expect(answer.body.errors).toHaveLength(50);
    expect(answer.body.errors.at(-1)).toMatchObject({ code: 'ragged', params: { line: 51 } });
    expect(answer.body.moreErrors).toBe(2450);
    await expectNothing(answer);
  });

  it('X1: what the rows before it made is undone when a record speaks against the last one', async () => {
    await upload(world.admin, 'key,product\nAWAY1-BBBBB-CCCCC,Put Away\n', { kind: 'keys' });
    await world.database.transaction(async (tx) => {
      await tx.updateTable('product').set({ archived: 1 }).where('name', '=', 'Put Away').execute();
    });
    before = await countRows(world);
    const file = `key,product,customer\nAAAAA-11111-11111-11111,New One,New Customer\nAAAAA-22222-22222-22222,Put Away,\n`;
    const answer = await upload(world.admin, file, { kind: 'keys' });
    expect(answer.body.errors).toMatchObject([{ code: 'archived' }]);
    expect(answer.body.errors[0].detail).toContain('Line 3');
    await expectNothing(answer);
  });

  it('E2: a serial number or an asset tag of another unit is refused', async () => {
    const made = 'name,serial,asset tag\nFirst,SN-1,TAG-1\n';
    expect((await upload(world.admin, made, { kind: 'equipment' })).status).toBe(201);
    before = await countRows(world);
    const answer = await upload(world.admin, 'name,serial,asset tag\nSecond,SN-2,tag-1\n', { kind: 'equipment' });
    expect(answer.body.errors).toMatchObject([{ code: 'asset_tag_taken' }]);
    await expectNothing(answer);
    const twice = await upload(world.admin, 'name,serial\nA,SN-9\nB,sn-9\n', { kind: 'equipment' });
    expect(twice.body.errors).toMatchObject([{ code: 'repeated' }]);
    expect(twice.body.errors[0].detail).toContain('Line 3, column "serial": The unit on line 2');
    const house = 'name,asset tag,customer\nA,TAG-9,Nordwind IT\nB,tag-9,\n';
    const tags = await upload(world.admin, house, { kind: 'equipment' });
    expect(tags.body.errors[0].detail).toContain('Line 3, column "asset tag": The unit on line 2');
  });

  it('K16: a column that sounds of keys is never taken into the remarks', async () => {
    const file = `Item name,serial number,Secret Serial Code\nSecret,,${canary}\n`;
    const answer = await upload(world.admin, file, licenses);
    expect(answer.body.errors).toMatchObject([{ code: 'looks_like_keys' }]);
    await expectNothing(answer);
  });

  it('X1: no bytes break it: each file is imported or refused, and a refused one leaves nothing', async () => {
    const cell = fc.oneof(
      fc.constantFrom('key', 'product', '"', ',', ';', '\t', '\n', '\r\n', '\r', '"a"', '01/02/2026', '$1', canary),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const text = fc.array(cell, { maxLength: 40 }).map((cells) => `key,product\n${cells.join('')}`);
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const kind = fc.constantFrom<Record<string, string>>({ kind: 'keys' }, licenses, {
      kind: 'equipment',
      profile: 'snipe-it',
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, bytes), kind, async (content, fields) => {
        const rows = await countRows(world);
        const answer = await upload(world.admin, content, fields);
        expect([201, 400]).toContain(answer.status);
        if (answer.status === 400) expect(await countRows(world)).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });
});

describe.each(engines)('importing for some customers only on %s', async (engine) => {
  const world = await newWorld(engine);
  const made = await upload(
    world.admin,
    'key,product,customer\nTHEIR-AAAAA-BBBBB,Theirs,Theirs\nOURS1-AAAAA-BBBBB,Ours,Ours\n',
    {
      kind: 'keys',
    },
  );
  const customers = await world.database.read.selectFrom('customer').select(['id', 'name']).execute();
  const oursId = customers.find(({ name }) => name === 'Ours')?.id ?? '';
  const limited = await world.tokenFor('administrator', [oursId]);

  it('P2: a customer that is not mine reads as one that is not there, and none is made', async () => {
    expect(made.status).toBe(201);
    const answers = [];
    for (const name of ['Theirs', 'Nobody']) {
      const answer = await upload(limited, `key,product,customer\nLIMIT-AAAAA-BBBBB,P,${name}\n`, { kind: 'keys' });
      expect(answer.status).toBe(400);
      answers.push(answer.body.errors);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect((await countRows(world)).customer).toBe(3);
  });

  it('P2: a key that is not mine is refused without a link, one of mine is there already', async () => {
    const theirs = await upload(limited, 'key,product\nTHEIR-AAAAA-BBBBB,P\n', { kind: 'keys', customerId: oursId });
    expect(theirs.body.errors).toMatchObject([{ code: 'license_key_taken' }]);
    expect(theirs.body.existing).toBeUndefined();
    const ours = await upload(limited, 'key,product\nOURS1-AAAAA-BBBBB,P\n', { kind: 'keys', customerId: oursId });
    expect(ours.body).toMatchObject({ same: 1, rows: 1 });
    expect((await limited('GET', `/imports/${ours.body.id}`)).status).toBe(200);
  });

  it('P2: an import is read by who may see all customers, or made it', async () => {
    const other = await world.tokenFor('technician');
    expect((await other('GET', `/imports/${made.body.id}`)).status).toBe(403);
    expect((await upload(other, 'key,product\nA,P\n', { kind: 'keys' })).status).toBe(403);
    expect((await world.admin('GET', '/imports/nothing')).status).toBe(404);
  });
});
