import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import {
  actionsOf,
  addCustomer,
  addKey,
  addUnit,
  applyTo,
  freshLicenseKey,
  logSize,
  trailOf,
} from '../harness/arrange.ts';
import { byHeader, csvCells, csvRows, download, xlsxRows } from '../harness/files.ts';
import { seedKeys } from '../harness/seed.ts';
import { signIn } from '../harness/session.ts';
import { adminPassword, engines, newWorld } from '../harness/world.ts';

describe.each(engines)('files with license keys on %s', async (engine) => {
  const world = await newWorld(engine);
  let cookie = await signIn(world);
  const texts = (query: string, body: object) =>
    download(world, `/keys/export${query}`, { method: 'POST', body: { reason: 'escrow', ...body }, cookie });
  const codeOf = ({ bytes }: { bytes: Buffer }): string => JSON.parse(bytes.toString()).code;

  it('X3, K16: the texts are in the file as they were typed; every key is recorded as revealed, and the export', async () => {
    const licenseKeys = ['=abcd-EFGH+1', '-KEY-with-dash-9', "'+quoted-12345", freshLicenseKey()];
    for (const licenseKey of licenseKeys) await addKey(world, { licenseKey, code: 'ESC', customerId: world.houseId });
    const other = await addKey(world, { code: 'OTHER' });
    const query = '?code=ESC&sort=maskedKey';
    const { body: shown } = await world.admin('GET', `/keys${query}`);
    for (const format of ['csv', 'xlsx'] as const) {
      const before = await logSize(world);
      const file = await texts(query, { format });
      expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'no-store']);
      const rows = byHeader(format === 'csv' ? csvRows(file) : await xlsxRows(file));
      expect(rows.map((row) => row['Internal ID'])).toEqual(shown.items.map((key: { id: string }) => key.id));
      expect(new Set(rows.map((row) => row['License Key']))).toEqual(new Set(licenseKeys));
      expect(Object.keys(rows[0] ?? {})).not.toContain('License Key (masked)');
      expect(await logSize(world)).toBe(before + licenseKeys.length + 1);
      const { body: log } = await world.admin('GET', '/audit?limit=5&sort=-idx');
      const [completed, ...reveals] = log.items;
      expect(completed).toMatchObject({
        action: 'export.completed',
        details: { reason: 'escrow', rows: 4, format, filters: ['code'], withLicenseKeys: true },
      });
      const { batch } = completed.details;
      expect(reveals.map((entry: { keyId: string }) => entry.keyId).toSorted()).toEqual(
        shown.items.map((key: { id: string }) => key.id).toSorted(),
      );
      for (const entry of reveals)
        expect(entry).toMatchObject({
          action: 'key.revealed',
          actor: { id: world.adminId },
          details: { export: true, batch },
        });
    }
    expect(
      csvCells(await texts(query, {}))
        .flat()
        .filter((cell) => /^[=+\-@]/.test(cell)),
    ).toEqual([]);
    expect(await actionsOf(world, other.id)).toEqual(['key.created']);
    const rows = await world.database.read.selectFrom('audit_payload').select('body').execute();
    for (const licenseKey of licenseKeys) expect(JSON.stringify(rows)).not.toContain(licenseKey);
    expect((await verifyDatabase(world.database)).ok).toBe(true);
  });

  it('S3, K16: of a key that somebody calls a file while it is recorded no text leaves', async () => {
    const licenseKey = freshLicenseKey();
    const { id } = await addKey(world, { licenseKey, code: 'FLIP' });
    const run = (statement: string) => sql.raw(statement).execute(world.database.admin);
    const back = `update "key" set delivery = 'key', file_size = 0 where id = '${id}'`;
    await run(`update "key" set delivery = 'file', file_size = 1 where id = '${id}'`);
    if (engine === 'sqlite')
      await run(
        `create trigger zz after insert on audit_entry when new.action = 'export.completed' begin ${back}; end`,
      );
    else
      await run(`create function zz() returns trigger language plpgsql as $$ begin
        if new.action = 'export.completed' then ${back}; end if; return null; end $$;
        create trigger zz after insert on audit_entry for each row execute function zz()`);
    const file = await texts('?code=FLIP', {});
    await run(engine === 'sqlite' ? 'drop trigger zz' : 'drop function zz cascade');
    expect(file.status).toBe(200);
    expect(file.bytes.toString()).not.toContain(licenseKey);
    expect(await actionsOf(world, id)).toEqual(['key.created']);
  });

  it('X3: the columns asked for follow the license key', async () => {
    const file = await texts('?code=ESC', { columns: 'licenseKey,status,maskedKey', lang: 'de' });
    expect(csvRows(file, ';')[0]).toEqual([
      'Interne ID',
      'Version',
      'Lizenzschlüssel',
      'Status',
      'Lizenzschlüssel (maskiert)',
    ]);
  });

  it('K16, P4: no token gets them, and no session that was not confirmed within ten minutes', async () => {
    const before = await logSize(world);
    const byToken = await download(world, '/keys/export', { method: 'POST', body: { reason: 'x' } });
    expect([byToken.status, codeOf(byToken)]).toEqual([403, 'forbidden']);
    // The attempt itself is in the log.
    expect(await logSize(world)).toBe(before + 1);
    world.clock.set('2026-11-21T09:10:00.000Z');
    expect((await texts('?code=ESC', {})).status).toBe(200);
    world.clock.set('2026-11-21T09:10:00.001Z');
    const late = await texts('?code=ESC', {});
    expect([late.status, codeOf(late)]).toEqual([403, 'confirmation_needed']);
    const confirmed = await world.as(undefined)(
      'POST',
      '/session/confirmation',
      { password: adminPassword },
      { cookie },
    );
    expect(confirmed.status).toBe(204);
    cookie = (confirmed.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await texts('?code=ESC', {})).status).toBe(200);
  });

  it('K16, P1, P2: only administrators, only their customers, and not without a reason', async () => {
    const mine = await addCustomer(world, 'Mine');
    const visible = await addKey(world, { code: 'ESC', customerId: mine });
    const onMyUnit = await addKey(world, { code: 'ESC' });
    await applyTo(world, onMyUnit.id, { equipmentId: await addUnit(world, 'U-1', { customerId: mine }) });
    // Seen by who sees the person, but revealed to nobody but its owner's: it stays out of the file as well.
    const withMyPerson = await addKey(world, { code: 'ESC' });
    await applyTo(world, withMyPerson.id, { userName: 'Pia Person', customerId: mine });
    const call = (path: string, body: unknown) => world.as(undefined)('POST', path, body, { cookie });
    const password = 'another correct horse';
    for (const [role, email] of [
      ['administrator', 'mia@nordwind.example'],
      ['technician', 'tom@nordwind.example'],
      ['auditor', 'aud@nordwind.example'],
    ])
      expect((await call('/users', { name: role, email, password, role, customerIds: [mine] })).status).toBe(201);
    const cookieOf = async (email: string): Promise<string> =>
      (await world.as(undefined)('POST', '/session', { email, password })).headers.get('set-cookie')?.split(';')[0] ??
      '';
    const body = { reason: 'mine' };
    const request = { method: 'POST', body, cookie: await cookieOf('mia@nordwind.example') };
    const rows = csvRows(await download(world, '/keys/export?sort=seats', request)).slice(1);
    expect(rows.map(([id]) => id).toSorted()).toEqual([visible.id, onMyUnit.id].toSorted());
    for (const email of ['tom@nordwind.example', 'aud@nordwind.example']) {
      const refused = await download(world, '/keys/export', { ...request, cookie: await cookieOf(email) });
      expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
    }
    for (const reason of ['', '   ', undefined]) expect((await texts('', { reason })).status).toBe(400);
    expect((await texts('', { format: 'pdf' })).status).toBe(400);
    expect((await texts('?groupBy=status', {})).status).toBe(400);
    cookie = await signIn(world);
  });

  it('K16: nothing leaves where an entry cannot be written', async () => {
    const head = await world.database.read.selectFrom('audit_head').select('frontier').executeTakeFirstOrThrow();
    const setHead = (frontier: string) =>
      world.database.transaction((tx) => tx.updateTable('audit_head').set({ frontier }).execute());
    await setHead('damaged');
    const refused = await texts('?code=ESC', {});
    await setHead(head.frontier);
    expect([refused.status, codeOf(refused)]).toEqual([500, 'internal']);
  });

  it('K16: a stored text that does not open is recorded so, and its cell stays empty', async () => {
    const [one, other] = [await addKey(world, { code: 'BAD' }), await addKey(world, { code: 'BAD' })];
    const from = world.database.read.selectFrom('key').select('cipher').where('id', '=', other.id);
    const { cipher } = await from.executeTakeFirstOrThrow();
    await world.database.transaction((tx) => tx.updateTable('key').set({ cipher }).where('id', '=', one.id).execute());
    const rows = byHeader(csvRows(await texts('?code=BAD', {})));
    const textOf = (id: string) => rows.find((row) => row['Internal ID'] === id)?.['License Key'];
    expect(textOf(one.id)).toBe('');
    expect(textOf(other.id)).toMatch(/^[0-9A-F-]{29}$/);
    expect((await trailOf(world, one.id)).at(-1)?.details).toMatchObject({ refused: 'unreadable', export: true });
  });

  it('K16: what is more than a file may reveal is refused, and nothing is recorded', async () => {
    await seedKeys(world, 10_001, () => ({ code: 'MANY', folded: JSON.stringify({ code: 'many' }) }));
    const before = await logSize(world);
    const refused = await texts('?sort=createdAt', {});
    expect([refused.status, codeOf(refused)]).toEqual([413, 'too_large']);
    expect(await logSize(world)).toBe(before);
  });
});
