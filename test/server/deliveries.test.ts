import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { findUntold } from '../../src/server/upkeep/find-untold.ts';
import { maskAgain } from '../../src/server/upkeep/mask-again.ts';
import { addCustomer, addKey, addUnit, applyTo, freshLicenseKey, logSize, trailOf } from '../harness/arrange.ts';
import { exported, sendBack } from '../harness/edit-file.ts';
import { byHeader, csvRows, download } from '../harness/files.ts';
import { signIn } from '../harness/session.ts';
import { everythingStored } from '../harness/upload.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

type Content = string | Buffer;

const base64 = (content: Content): string => Buffer.from(content).toString('base64');
const fileOf = (content: Content, name?: string) => ({
  licenseFile: { ...(name && { name }), content: base64(content) },
});
const digestEnd = (content: Content) => createHash('sha256').update(content).digest('hex').slice(-8);
let made = 0;
/** Lines that no other file has. */
const freshLines = (): string => {
  made += 1;
  return `# ${made}\nFEATURE suite 1.0 permanent uncounted\nSIGN=${freshLicenseKey()}\n`;
};

const permanent = { keyType: 'permanent', productName: 'Suite' };

describe.each(engines)('how a key is delivered on %s', async (engine) => {
  const world = await newWorld(engine);
  const post = (body: object): Promise<Answer> => world.admin('POST', '/keys', { ...permanent, ...body });
  const add = async (body: object): Promise<Answer['body']> => {
    const { status, body: key } = await post(body);
    expect(status, JSON.stringify(key)).toBe(201);
    return key;
  };
  const reveal = (id: string, as: World['admin'] = world.admin) => as('POST', `/keys/${id}/reveal`);
  const untold = async () => {
    const found: string[] = [];
    for await (const { table, id } of findUntold(world.app)) found.push(`${table} ${id}`);
    return found;
  };

  it('K18: a license file shows its name, its size and the end of its digest, and is revealed as it was given', async () => {
    const content = Buffer.from([0, 255, 13, 10, ...Buffer.from(freshLines())]);
    const key = await add(fileOf(content, 'C:\\licenses\\suite.lic'));
    expect(key).toMatchObject({
      delivery: 'file',
      licenseFile: { name: 'suite.lic', size: content.length },
      maskedKey: `suite.lic ••••••••-${digestEnd(content)}`,
      status: 'available',
      seats: 1,
    });
    const revealed = await reveal(key.id);
    expect([revealed.status, revealed.body]).toEqual([
      200,
      { licenseFile: { name: 'suite.lic', content: base64(content) } },
    ]);
    const trail = await trailOf(world, key.id);
    expect(trail.map(({ action }) => action)).toEqual(['key.created', 'key.revealed']);
    expect((await world.admin('GET', `/audit?keyId=${key.id}`)).body.items[0].sentence).toMatch(
      /^License file revealed by /,
    );
    expect(trail[0]?.details).toMatchObject({
      delivery: 'file',
      fileName: 'suite.lic',
      fileSize: content.length,
      textDigest: expect.any(String),
    });
    await world.admin('PATCH', `/keys/${key.id}`, { code: 'FOUND' }, { 'if-match': '*' });
    for (const query of [`maskedKey=${digestEnd(content)}`, `q=${digestEnd(content)}`, 'q=SUITE.lic'])
      expect((await world.admin('GET', `/keys?${query}`)).body.items).toMatchObject([{ id: key.id }]);
  });

  it('K18: a key by account has nothing to reveal and is never the same as another', async () => {
    const [one, other] = [await add({ delivery: 'account', seats: 5 }), await add({ delivery: 'account' })];
    expect(one).toMatchObject({ delivery: 'account', licenseFile: null, maskedKey: '', seats: 5 });
    expect(other.id).not.toBe(one.id);
    const entries = await logSize(world);
    const refused = await reveal(one.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'nothing_to_reveal']);
    expect(await logSize(world)).toBe(entries);
    const row = world.database.read.selectFrom('key').select(['cipher', 'hx', 'hl']).where('id', '=', one.id);
    expect(await row.executeTakeFirst()).toEqual({ cipher: null, hx: null, hl: null });
    const [created] = await trailOf(world, one.id);
    expect(created?.details).toMatchObject({ delivery: 'account', maskedKey: '' });
    expect(created?.details).not.toHaveProperty('textDigest');
  });

  it('K18: all three have seats, types, assignments, renewals, status and history', async () => {
    const subscription = { keyType: 'subscription', validityEnd: '2027-05-31', seats: 2 };
    for (const body of [{ licenseKey: freshLicenseKey() }, fileOf(freshLines()), { delivery: 'account' }]) {
      const { id, delivery } = await add({ ...subscription, ...body });
      for (const userName of ['Ann', 'Ben']) await applyTo(world, id, { userName });
      expect((await world.admin('GET', `/keys/${id}`)).body, delivery).toMatchObject({
        status: 'applied',
        seatsTaken: 2,
      });
      const renewed = await world.admin('POST', `/keys/${id}/renewal`, { extendBy: 'P1Y' });
      expect(renewed.body).toMatchObject({ validityEnd: '2028-05-31', delivery });
      const revoked = await world.admin('POST', `/keys/${id}/revocation`, { reason: 'Sold', removeAssignments: true });
      expect(revoked.body).toMatchObject({ status: 'revoked', delivery });
      expect((await world.admin('GET', `/assignments?keyId=${id}&state=all`)).body.items).toMatchObject([
        { key: { delivery } },
        { key: { delivery } },
      ]);
      expect((await trailOf(world, id)).map(({ action }) => action)).toEqual([
        ...['key.created', 'key.applied', 'key.applied', 'key.renewed'],
        ...['key.removed', 'key.removed', 'key.revoked'],
      ]);
    }
  });

  it('K18: a file is unique by its bytes, whatever it is called; a pasted block whatever its line ends are', async () => {
    const lines = freshLines();
    const first = await add(fileOf(lines, 'one.lic'));
    for (const same of [fileOf(lines, 'two.lic'), fileOf(lines), fileOf(lines.replaceAll('\n', '\r\n'))]) {
      const refused = await post(same);
      expect([refused.status, refused.body]).toMatchObject([
        409,
        {
          code: 'license_key_taken',
          detail: 'The license file must be unique! It is already recorded: open that record.',
          existing: { id: first.id },
          errors: [{ pointer: '/licenseFile' }],
        },
      ]);
      expect(JSON.stringify(refused.body)).not.toContain('FEATURE');
    }
    // As a file its line ends are its bytes.
    await add(fileOf(lines.replaceAll('\n', '\r\n'), 'dos.lic'));
    const block = await add(fileOf('first line\r\nsecond line\rthird line\n'));
    expect(block).toMatchObject({ licenseFile: { name: null, size: 34 } });
    expect((await reveal(block.id)).body.licenseFile).toEqual({
      name: null,
      content: base64('first line\nsecond line\nthird line\n'),
    });
    // Base64 of a file is no license key, though it is stored like one.
    const short = await add(fileOf('ABCDEFGHIJKLMNOPQRSTU', 'short.lic'));
    for (const licenseKey of [base64('ABCDEFGHIJKLMNOPQRSTU'), `file ${base64('ABCDEFGHIJKLMNOPQRSTU')}`])
      expect((await add({ licenseKey })).id).not.toBe(short.id);
  });

  it('K18: of parallel requests for one file exactly one succeeds, and a batch refuses what it repeats', async () => {
    const lines = freshLines();
    const answers = await Promise.all(['a.lic', 'b.lic', 'c.lic'].map((name) => post(fileOf(lines, name))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    const [again, others] = [freshLines(), { delivery: 'account' }];
    const keys = [fileOf(again, 'x.lic'), others, fileOf(again), others, fileOf(lines)].map((body) => ({
      ...permanent,
      ...body,
    }));
    const refused = await world.admin('POST', '/keys/batch', { keys });
    expect(refused.body.errors).toMatchObject([
      { pointer: '/keys/2/licenseFile', code: 'repeated' },
      { pointer: '/keys/4/licenseFile', code: 'license_key_taken' },
    ]);
    const made = await world.admin('POST', '/keys/batch', { keys: keys.slice(0, 2) });
    expect(made.body.items).toMatchObject([{ delivery: 'file' }, { delivery: 'account' }]);
  });

  it('K18: a file has 256 KiB at most, and nothing that its delivery has not', async () => {
    const largest = Buffer.alloc(256 * 1024, freshLines());
    expect((await add(fileOf(largest, 'large.bin'))).licenseFile.size).toBe(256 * 1024);
    const larger = await post(fileOf(Buffer.concat([largest, Buffer.from('1')]), 'larger.bin'));
    expect([larger.status, larger.body.errors]).toMatchObject([400, [{ pointer: '/licenseFile' }]]);
    const huge = await post(fileOf(Buffer.alloc(400 * 1024, 'x'), 'huge.bin'));
    expect(huge.status).toBe(413);
    const elsewhere = { keyIds: [], reference: 'x'.repeat(300_000) };
    expect((await world.admin('POST', '/keys/lookup', elsewhere)).status).toBe(413);
    const file = fileOf(freshLines(), 'a.lic');
    const faults: [body: object, pointer: string, code: string][] = [
      [{}, '/licenseKey', 'required'],
      [{ delivery: 'key' }, '/licenseKey', 'required'],
      [{ delivery: 'file' }, '/licenseFile', 'required'],
      [fileOf('', 'empty.lic'), '/licenseFile', 'required'],
      [{ ...file, licenseKey: freshLicenseKey() }, '/licenseFile', 'not_of_delivery'],
      [{ ...file, delivery: 'file', licenseKey: freshLicenseKey() }, '/licenseKey', 'not_of_delivery'],
      [{ ...file, delivery: 'account' }, '/licenseFile', 'not_of_delivery'],
      [{ delivery: 'account', licenseKey: freshLicenseKey() }, '/licenseKey', 'not_of_delivery'],
      [{ delivery: 'account', allowSimilarTo: 'x' }, '/allowSimilarTo', 'not_of_delivery'],
      [{ licenseFile: { content: 'no base64!' } }, '/licenseFile/content', 'invalid_format'],
    ];
    for (const [body, pointer, code] of faults) {
      const refused = await post(body);
      expect([refused.status, refused.body.errors?.[0]], JSON.stringify(body)).toMatchObject([400, { pointer, code }]);
    }
  });

  it('K16, K18: a name that may hold a license key is hidden, and no letter of a file stands anywhere', async () => {
    const secret = 'ZQXJV-KWPYG-77777-MMMMM-CANAR';
    const content = `host one\nSIGN=${secret}\n`;
    const key = await add(fileOf(content, `${secret}.lic`));
    expect(key.licenseFile.name).toBe('license.lic');
    expect((await add(fileOf(freshLines(), 'ABCDE.12345.FGHIJ.67890.KLMNO'))).licenseFile.name).toBe('license');
    await post(fileOf(content));
    await reveal(key.id);
    const cookie = await signIn(world);
    const file = await download(world, '/keys/export', { method: 'POST', body: { reason: 'escrow' }, cookie });
    const listed = await download(world, '/keys/export');
    const answers = [
      await everythingStored(world),
      ...[file, listed].map(({ bytes }) => bytes.toString()),
      JSON.stringify((await world.admin('GET', '/keys')).body),
      JSON.stringify((await world.admin('GET', '/audit')).body),
      JSON.stringify((await world.admin('GET', `/keys/${key.id}`)).body),
    ];
    for (const part of [secret, 'ZQXJV', base64(content), base64(content).slice(8, 30)])
      expect(answers.filter((answer) => answer.includes(part))).toEqual([]);
  });

  it('K16, K18: of less than twenty bytes no digest is shown, which could be tried out', async () => {
    expect((await add(fileOf('Winter2024!', 'pw.txt'))).maskedKey).toBe('pw.txt ••••••••');
  });

  it('P1, P2, K18: a file is revealed by whom a license key would be', async () => {
    const [mine, theirs] = [await addCustomer(world, 'Mine'), await addCustomer(world, 'Theirs')];
    const unit = await addUnit(world, 'PC-1', { customerId: mine });
    const onUnit = await add({ ...fileOf(freshLines(), 'on.lic'), customerId: theirs, seats: 2 });
    const free = await add({ ...fileOf(freshLines(), 'free.lic'), customerId: mine });
    const hidden = await add({ ...fileOf(freshLines(), 'hidden.lic'), customerId: theirs });
    await applyTo(world, onUnit.id, { equipmentId: unit });
    const technician = await world.tokenFor('technician', [mine]);
    expect((await reveal(onUnit.id, technician)).body).toHaveProperty('licenseFile');
    expect((await reveal(free.id, technician)).status).toBe(403);
    expect((await reveal(hidden.id, technician)).status).toBe(404);
    expect((await technician('GET', `/keys/${onUnit.id}`)).body).toMatchObject({
      elsewhere: true,
      delivery: 'file',
      licenseFile: { name: 'on.lic' },
    });
    const auditor = await world.tokenFor('auditor');
    expect((await reveal(free.id, auditor)).status).toBe(403);
  });

  it('C7, K18: a key is replaced by one that is delivered otherwise', async () => {
    const old = await add({ licenseKey: freshLicenseKey(), seats: 3, code: 'REP' });
    await applyTo(world, old.id, { userName: 'Ann' });
    const replace = (id: string, body: object) =>
      world.admin('POST', `/keys/${id}/replacement`, { reason: 'New vendor', ...body });
    const file = (await replace(old.id, fileOf(freshLines(), 'new.lic'))).body;
    expect(file).toMatchObject({ delivery: 'file', seats: 3, seatsTaken: 1, code: 'REP', replaces: old.id });
    const account = (await replace(file.id, { delivery: 'account' })).body;
    expect(account).toMatchObject({ delivery: 'account', licenseFile: null, seatsTaken: 1, replaces: file.id });
    const key = (await replace(account.id, { licenseKey: freshLicenseKey() })).body;
    expect(key).toMatchObject({ delivery: 'key', seatsTaken: 1, replaces: account.id });
    const taken = await add(fileOf('the very same file of two\n', 'taken.lic'));
    const refused = await replace(key.id, fileOf('the very same file of two\n', 'other.lic'));
    expect(refused.body).toMatchObject({ code: 'license_key_taken', existing: { id: taken.id } });
  });

  it('K8, K18: lists are filtered, sorted and grouped by delivery, and files have it as a column', async () => {
    const code = 'LISTED';
    const file = await add({ ...fileOf(freshLines(), 'list.lic'), code });
    const account = await add({ delivery: 'account', code });
    const text = await addKey(world, { code });
    const ids = async (query: string) =>
      (await world.admin('GET', `/keys?code=${code}&${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await ids('delivery=file,account&sort=delivery')).toEqual([file.id, account.id]);
    expect(await ids('sort=-delivery')).toEqual([account.id, file.id, text.id]);
    const groups = (await world.admin('GET', `/keys?code=${code}&groupBy=delivery`)).body.groups;
    expect(groups.map(({ value, count }: { value: string; count: number }) => [value, count]).toSorted()).toEqual([
      ['account', 1],
      ['file', 1],
      ['key', 1],
    ]);
    const rows = byHeader(csvRows(await download(world, `/keys/export?code=${code}&sort=delivery&lang=de`), ';'));
    expect(rows.map((row) => row.Bereitstellung)).toEqual(['Lizenzschlüssel', 'Lizenzdatei', 'Über Benutzerkonto']);
  });

  it('X3, K18: an export with license keys says which file it is, reveals none, and comes back as no change', async () => {
    const code = 'ESCROW';
    const file = await add({ ...fileOf(freshLines(), 'a, b.lic'), code });
    const account = await add({ delivery: 'account', code });
    const licenseKey = freshLicenseKey();
    const text = await addKey(world, { code, licenseKey });
    const cookie = await signIn(world);
    const path = `/keys/export?code=${code}&sort=delivery`;
    const rows = csvRows(await download(world, path, { method: 'POST', body: { reason: 'escrow' }, cookie }));
    expect(byHeader(rows).map((row) => [row['Internal ID'], row['License Key']])).toEqual([
      [text.id, licenseKey],
      [file.id, `License File: ${file.maskedKey}`],
      [account.id, ''],
    ]);
    const revealed = async (id: string) =>
      (await trailOf(world, id)).filter(({ action }) => action === 'key.revealed').length;
    expect([await revealed(account.id), await revealed(file.id), await revealed(text.id)]).toEqual([0, 0, 1]);
    const back = await sendBack(world, 'keys', rows, 'csv');
    expect(back.body).toMatchObject({ errors: [], same: 3 });
    const plain = await exported(world, 'keys', 'xlsx', 'de', { code });
    expect((await sendBack(world, 'keys', plain, 'xlsx')).body).toMatchObject({ errors: [], same: 3 });
    const header = rows[0] ?? [];
    const changed = rows.map((row) =>
      row.map((cell, i) => (header[i] === 'License Key' && row.includes(file.id) ? freshLicenseKey() : cell)),
    );
    const refused = await sendBack(world, 'keys', changed, 'csv');
    expect(refused.body.errors).toMatchObject([{ code: 'not_changeable' }]);
  });

  it('K18: a search inside license keys looks into no file, and a look-up finds none', async () => {
    const cookie = await signIn(world);
    const lines = `INSIDE-${freshLicenseKey()}\n`;
    await add(fileOf(lines, 'in.lic'));
    const search = { contains: lines.slice(0, 20), reason: 'Looking' };
    const found = await world.as(undefined)('POST', '/keys/deep-search', search, { cookie });
    expect(found.body).toMatchObject({ items: [], unreadable: 0 });
    for (const licenseKey of [lines.trim(), base64(lines)])
      expect((await world.admin('POST', '/keys/lookup', { licenseKey })).body.items).toEqual([]);
  });

  it('K18: rows are as the log tells, also when masks are made and everything is encrypted anew', async () => {
    const lines = freshLines();
    const key = await add(fileOf(lines, 'rotated.lic'));
    expect(await untold()).toEqual([]);
    const before = (await world.admin('GET', '/keys?limit=200')).body.items;
    await maskAgain(world.app, () => undefined);
    expect((await world.admin('GET', '/keys?limit=200')).body.items).toEqual(before);
    const wrong = (values: object) =>
      world.database.transaction((tx) => tx.updateTable('key').set(values).where('id', '=', key.id).execute());
    const row = await world.database.read
      .selectFrom('key')
      .select(['cipher', 'hx', 'hl', 'delivery', 'file_name', 'file_size'])
      .where('id', '=', key.id)
      .executeTakeFirstOrThrow();
    await wrong({ delivery: 'key', file_name: '', file_size: 0 });
    expect(await untold()).toEqual([`key ${key.id}`]);
    await wrong({ delivery: 'account', cipher: null, hx: null, hl: null, file_name: '', file_size: 0 });
    await wrong(row);
    expect(await untold()).toEqual([]);
    await rotateKeys(world.app, { index: true, keepMaster: true, progress: () => undefined });
    const after = await world.database.read
      .selectFrom('key')
      .select(['cipher', 'hx'])
      .where('id', '=', key.id)
      .execute();
    expect(after[0]?.cipher).not.toBe(row.cipher);
    expect(after[0]?.hx).not.toBe(row.hx);
  });

  it('K11, L7, K18: a deleted file leaves nothing but that there was one', async () => {
    const key = await add(fileOf(freshLines(), 'deleted.lic'));
    expect((await world.admin('DELETE', `/keys/${key.id}`, undefined, { 'if-match': '*' })).status).toBe(204);
    expect(await everythingStored(world)).not.toContain('deleted.lic');
  });
});
