import { describe, expect, it } from 'vitest';
import { keptRows } from '../../src/server/imports/rejected/kept-rows.ts';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { cleanUp } from '../../src/server/upkeep/clean-up.ts';
import { cast } from '../harness/forge.ts';
import { signIn } from '../harness/session.ts';
import { everythingStored, upload } from '../harness/upload.ts';
import { type Answer, type Call, engines, newWorld, startedBeside, type World } from '../harness/world.ts';

const good = 'GOOD1-QWERT-YUIOP-ASDFG-HJKLA';
const wrong = 'WRONG-QWERT-YUIOP-ASDFG-HJKLB';

/** A row that is right, one with a day that is none, and one with a cell that a spreadsheet would run. */
const file = [
  'key,product,until,other',
  `${good},Office,2027-01-31,fine`,
  `${wrong},Office,31.31.2027,"=HYPERLINK(""x"")"`,
  `,Office,2027-01-31,"two\nlines"`,
  '',
].join('\n');
const mapping = JSON.stringify({ key: 'licenseKey', product: 'productName', until: 'validityEnd', other: 'remarks' });
const asked = { kind: 'keys', mapping, goodRowsOnly: 'true' };

/** The rows of an import that were left out, as a file. */
async function rejected({ http, adminToken }: World, id: string, lang = ''): Promise<Response & { file: string }> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const answer = await http.request(`/api/v1/imports/${id}/rejected${lang}`, { headers });
  return Object.assign(answer, { file: await answer.clone().text() });
}

async function entries({ admin }: World, action: string): Promise<Answer['body'][]> {
  return (await admin('GET', `/audit?action=${action}&sort=-idx`)).body.items;
}

describe.each(engines)('importing the good rows of a file on %s', async (engine) => {
  const world = await newWorld(engine, {}, { importSizes: { atOnce: 20, part: 10 } });
  const { admin } = world;

  it('X7: a rehearsal says what would be left out, and nothing else changes about all or nothing', async () => {
    const whole = await upload(admin, file, { kind: 'keys', mapping, dryRun: 'true' });
    expect(whole.body).toMatchObject({ status: 'refused', rows: 3, rejected: 2 });
    const { body } = await upload(admin, file, { ...asked, dryRun: 'true' });
    expect(body).toMatchObject({ status: 'done', rows: 3, done: 1, rejected: 2, created: { key: 1, product: 1 } });
    expect(body.errors.map(({ line }: { line: number }) => line)).toEqual([3, 4]);
    expect(body.outcomes.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['new', 'wrong', 'wrong']);
    expect((await upload(admin, file, { kind: 'keys', mapping })).status).toBe(400);
  });

  it('X7: the good rows come in, the others come back as a file that can be corrected and imported again', async () => {
    const done = await upload(admin, file, asked);
    expect(done.body).toMatchObject({
      status: 'done',
      rows: 3,
      done: 1,
      rejected: 2,
      created: { key: 1 },
      rejectedUntil: '2026-12-21T09:00:00.000Z',
    });
    const { id } = done.body;
    expect((await admin('GET', `/imports/${id}`)).body).toMatchObject({ rejected: 2, status: 'done' });
    expect((await entries(world, 'import.completed'))[0].details).toMatchObject({ rows: 3, rejected: 2 });
    const back = await rejected(world, id);
    expect(back.status).toBe(200);
    expect(back.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(back.headers.get('content-disposition')).toBe('attachment; filename="rejected-2026-11-21.csv"');
    expect(back.file.replace(/^\uFEFF/, '').split('\r\n')[0]).toBe(
      '"key","product","until","other","Not imported because (Keybook)"',
    );
    expect(back.file).toContain(`"${wrong}","Office","31.31.2027","'=HYPERLINK(""x"")","until: `);
    expect(back.file).toContain('Give the license key.');
    const german = await rejected(world, id, '?lang=de');
    expect(german.file).toContain('"Nicht importiert, weil (Keybook)"');
    expect(german.file).not.toContain('Give the license key.');
    expect((await entries(world, 'export.completed'))[0]).toMatchObject({
      subject: `import:${id}`,
      details: { rows: 2, withLicenseKeys: true, list: 'keys' },
    });
    const corrected = german.file
      .replace('31.31.2027', '2027-02-28')
      .replace(/^;.*$/m, '')
      .replace(/\r\n"";[\s\S]*$/, '\r\n');
    const again = await upload(admin, corrected, { kind: 'keys', mapping });
    expect(again.body).toMatchObject({ status: 'done', created: { key: 1 } });
    expect((await admin('GET', '/keys?q=HJKLB')).body.items[0]).toMatchObject({
      validityEnd: '2027-02-28',
      remarks: '=HYPERLINK("x")',
    });
  });

  it('X7: so do long files, whose rows may be wrong because others are left out', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => {
      const text = `LONG${i < 10 ? 0 : ''}${i}-QWERT-YUIOP-ASDFG`;
      return `${text},Long,${i % 7 === 3 ? 'soonish' : '2027-01-31'},`;
    });
    const long = `key,product,until,other\n${rows.join('\n')}\n`;
    const { body } = await upload(admin, long, asked);
    const count = rows.filter((row) => row.includes('soonish')).length;
    expect(body).toMatchObject({
      status: 'done',
      rows: 60,
      done: 60 - count,
      rejected: count,
      created: { key: 60 - count },
    });
    const back = await rejected(world, body.id);
    expect(back.file.trim().split('\r\n').length).toBe(count + 1);
  });

  it('X7: what is left out is kept encrypted, for who sees the import, for thirty days, and goes with an undo', async () => {
    const text = 'KEPT1-QWERT-YUIOP-ASDFG-HJKLC';
    const { body } = await upload(admin, `key,product,until,other\n${good},Office,,\n${text},Office,soonish,\n`, asked);
    const stored = await world.database.read.selectFrom('import_rejected').selectAll().execute();
    expect(`${await everythingStored(world)}${JSON.stringify(stored)}`).not.toContain('KEPT1');
    const limited = await world.tokenFor('administrator', [world.houseId]);
    expect((await limited('GET', `/imports/${body.id}/rejected`)).status).toBe(404);
    expect((await (await world.tokenFor('technician'))('GET', `/imports/${body.id}/rejected`)).status).toBe(403);
    await admin('POST', `/imports/${body.id}/undo`);
    expect((await admin('GET', `/imports/${body.id}/rejected`)).status).toBe(404);
    const { body: other } = await upload(
      admin,
      `key,product,until,other\n${good},Office,,\n${text},Office,soonish,\n`,
      asked,
    );
    world.clock.addDays(31);
    await cleanUp(world.app);
    world.clock.set('2026-11-21T09:00:00.000Z');
    expect((await admin('GET', `/imports/${other.id}`)).body.rejectedUntil).toBe(null);
    expect(await world.database.read.selectFrom('import_rejected').selectAll().execute()).toEqual([]);
  });

  it('P8, S3: what is left out goes back to whoever ran the import and to nobody else, whatever its row says', async () => {
    const text = 'OWNED-QWERT-YUIOP-ASDFG-HJKLE';
    const file = (own: string) => `key,product,until,other\n${own},Own list,,\n${text},Own list,soonish,\n`;
    const { body } = await upload(admin, file('OWN01-QWERT-YUIOP-ASDFG-HJKLA'), asked);
    const { person, ask, ...others } = await cast(world);
    const signedIn = async (more: object) => {
      const { id, email } = await person('administrator', more);
      const { cookie } = await others.signIn(email);
      return {
        id,
        get: (of: string) => ask(cookie, 'GET', `/imports/${of}${of === body.id ? '/rejected' : ''}`),
        cookie,
      };
    };
    const other = await signedIn({});
    expect((await ask(other.cookie, 'GET', `/imports/${body.id}`)).body).toMatchObject({
      rejected: 1,
      rejectedUntil: null,
    });
    expect((await other.get(body.id)).status).toBe(404);
    const limited = await signedIn({ customerIds: [world.houseId] });
    const form = (call: Call) => upload(call, file('OWN02-QWERT-YUIOP-ASDFG-HJKLA'), asked, { cookie: limited.cookie });
    const { body: own } = await form(world.as(undefined));
    expect(own).toMatchObject({ status: 'done', rejected: 1 });
    const { admin: database } = world.database;
    const owner = await database
      .selectFrom('import')
      .select(['actor_id', 'scope', 'owner_seal'])
      .where('id', '=', own.id)
      .executeTakeFirstOrThrow();
    await database.updateTable('import').set(owner).where('id', '=', body.id).execute();
    expect([(await limited.get(own.id)).status, (await limited.get(body.id)).status]).toEqual([200, 404]);
    expect((await ask(limited.cookie, 'GET', `/imports/${body.id}`)).status).toBe(404);
    expect((await admin('GET', `/imports/${body.id}`)).body).toMatchObject({ rejected: 1, rejectedUntil: null });
    expect((await rejected(world, body.id)).status).toBe(404);
  });

  it('S3: a token gets what it left out within an hour, and a file of before only who signs in for it', async () => {
    const text = 'LATER-QWERT-YUIOP-ASDFG-HJKLE';
    const { body } = await upload(admin, `key,product,until,other\n${good},Office,,\n${text},Office,soonish,\n`, asked);
    expect((await rejected(world, body.id)).status).toBe(200);
    world.clock.set('2026-11-21T10:30:00.000Z');
    expect((await rejected(world, body.id)).status).toBe(403);
    // Whoever writes the database may say that it was just now.
    const now = world.clock.now().toISOString();
    await world.database.admin.updateTable('import').set({ finished_at: now }).where('id', '=', body.id).execute();
    await world.database.admin.updateTable('import_rejected').set({ created_at: now }).execute();
    expect((await rejected(world, body.id)).status).toBe(403);
    const headers = { cookie: await signIn(world) };
    expect((await world.http.request(`/api/v1/imports/${body.id}/rejected`, { headers })).status).toBe(200);
    world.clock.set('2026-11-21T09:00:00.000Z');
  });

  it('X7: rows that are left out are neither seats nor part of what was bought', async () => {
    const row = (unit: string, product: string) => `${unit},${product},VOLUM-QWERT-YUIOP-ASDFG-HJKLC,RE-9`;
    const list = [
      'computer,product,key,invoice',
      row('V-1', 'Volume'),
      row('V-2', 'Volume'),
      row('V-3', 'Another'),
    ].join('\n');
    const fields = { kind: 'software', goodRowsOnly: 'true', create: 'products,equipment' };
    expect((await upload(admin, list, fields)).body).toMatchObject({
      status: 'done',
      rejected: 1,
      created: { key: 1 },
    });
    expect((await admin('GET', '/keys?product=Volume')).body.items).toMatchObject([{ seats: 2, seatsTaken: 2 }]);
    expect((await admin('GET', '/licenses?product=Volume')).body.items).toMatchObject([{ quantity: 2 }]);
  });

  it('X7: a file of which no row is good is refused as ever', async () => {
    const refused = await upload(admin, `key,product,until,other\n${wrong}X,Office,soonish,\n`, asked);
    expect([refused.status, refused.body.errors.length]).toEqual([400, 1]);
  });

  it('X7: what is left out is encrypted anew with a new data key, and still opens', async () => {
    const text = 'TURNS-QWERT-YUIOP-ASDFG-HJKLD';
    const { body } = await upload(admin, `key,product,until,other\n${good},Office,,\n${text},Office,soonish,\n`, asked);
    const cipher = async () =>
      (
        await world.database.read.selectFrom('import_rejected').selectAll().where('import_id', '=', body.id).execute()
      )[0]?.cipher;
    const before = await cipher();
    await rotateKeys(world.app, { index: false, keepMaster: true, progress: () => undefined });
    expect(await cipher()).not.toBe(before);
    const { app } = await startedBeside(world);
    expect((await keptRows(world.database.read, app, body.id))?.rows).toMatchObject([
      { cells: [text, 'Office', 'soonish', ''] },
    ]);
  });
});
