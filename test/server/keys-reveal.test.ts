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
import { seedKeys } from '../harness/seed.ts';
import { adminPassword, type Call, engines, newWorld } from '../harness/world.ts';

describe.each(engines)('license keys in clear on %s', async (engine) => {
  const world = await newWorld(engine);
  const reveal = (id: string, as: Call = world.admin) => as('POST', `/keys/${id}/reveal`);

  it('K16: the text is answered as it was typed, and that is recorded without it', async () => {
    const licenseKey = 'abcde-FGHIJ_klmno+PQRST/uvwxy=';
    const key = await addKey(world, { licenseKey });
    const answer = await reveal(key.id);
    expect([answer.status, answer.body]).toEqual([200, { licenseKey }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await trailOf(world, key.id)).at(-1)).toMatchObject({
      action: 'key.revealed',
      actorId: world.adminId,
      details: { maskedKey: key.maskedKey },
    });
    const rows = await world.database.read.selectFrom('audit_payload').select('body').execute();
    expect(JSON.stringify(rows)).not.toContain(licenseKey.slice(0, 12));
  });

  it('K16: every reveal is another one, recorded, also with the same Idempotency-Key, of which nothing is stored', async () => {
    const key = await addKey(world);
    const headers = { 'idempotency-key': 'reveal-1' };
    for (let i = 0; i < 2; i += 1)
      expect((await world.admin('POST', `/keys/${key.id}/reveal`, undefined, headers)).status).toBe(200);
    expect(await actionsOf(world, key.id)).toEqual(['key.created', 'key.revealed', 'key.revealed']);
    const stored = await world.database.read.selectFrom('idempotency').select('key').execute();
    expect(stored).toEqual([]);
  });

  it('K16: no text is answered where the entry cannot be written (security 52) (security 55) (security 56)', async () => {
    const key = await addKey(world);
    const head = await world.database.read.selectFrom('audit_head').select('frontier').executeTakeFirstOrThrow();
    const setHead = (frontier: string) =>
      world.database.transaction((tx) => tx.updateTable('audit_head').set({ frontier }).execute());
    await setHead('damaged');
    await expect(reveal(key.id)).rejects.toThrow('answered 500');
    await setHead(head.frontier);
    expect(await actionsOf(world, key.id)).toEqual(['key.created']);
  });

  it('K16: a text moved to another record in the database is never answered as that record’s (security 50)', async () => {
    const [one, other] = [await addKey(world), await addKey(world)];
    const cipherOf = async (id: string) =>
      String(
        (await world.database.read.selectFrom('key').select('cipher').where('id', '=', id).executeTakeFirstOrThrow())
          .cipher,
      );
    const [ofOne, ofOther] = [await cipherOf(one.id), await cipherOf(other.id)];
    const put = (id: string, cipher: string) =>
      world.database.transaction((tx) => tx.updateTable('key').set({ cipher }).where('id', '=', id).execute());
    await put(one.id, ofOther);
    await put(other.id, ofOne);
    for (const { id } of [one, other]) {
      const refused = await reveal(id);
      expect([refused.status, refused.body.code]).toEqual([409, 'key_unreadable']);
      expect((await trailOf(world, id)).at(-1)).toMatchObject({
        action: 'key.revealed',
        details: { refused: 'unreadable' },
      });
    }
    await put(one.id, ofOne);
    await put(other.id, ofOther);
    expect((await reveal(one.id)).status).toBe(200);
  });

  it('K16, P1: a technician reveals what is on a unit in scope, an auditor nothing', async () => {
    const mine = await addCustomer(world, 'Mine');
    const theirs = await addCustomer(world, 'Theirs');
    const technician = await world.tokenFor('technician', [mine]);
    const status = async (id: string) => (await reveal(id, technician)).status;
    const free = await addKey(world, { customerId: mine });
    expect(await status(free.id)).toBe(403);
    const { id: assignment } = await applyTo(world, free.id, {
      equipmentId: await addUnit(world, 'M-1', { customerId: mine }),
    });
    expect(await status(free.id)).toBe(200);
    await world.admin('DELETE', `/assignments/${assignment}`, undefined, { 'if-match': '*' });
    expect(await status(free.id)).toBe(403);
    expect(await status((await addKey(world, { customerId: mine, userName: 'Anna' })).id)).toBe(403);
    const lent = await addKey(world, { customerId: theirs, seats: 2, userName: 'Ben' });
    expect(await status(lent.id)).toBe(404);
    await applyTo(world, lent.id, { equipmentId: await addUnit(world, 'M-2', { customerId: mine }) });
    expect(await status(lent.id)).toBe(200);
    const away = await addKey(world, { customerId: mine });
    await applyTo(world, away.id, { equipmentId: await addUnit(world, 'T-1', { customerId: theirs }) });
    expect(await status(away.id)).toBe(403);
    expect((await reveal(free.id, await world.tokenFor('auditor'))).status).toBe(403);
    expect(await actionsOf(world, away.id)).not.toContain('key.revealed');
  });

  it('K8: a whole license key in any spelling that is the same key finds its record', async () => {
    const key = await addKey(world, { licenseKey: 'LOOKU-11111-22222-33333-44444' });
    const lookup = async (licenseKey: string, as: Call = world.admin) =>
      (await as('POST', '/keys/lookup', { licenseKey })).body.items.map((found: { id: string }) => found.id);
    for (const spelling of [
      'LOOKU-11111-22222-33333-44444',
      'looku 11111 22222 33333 44444',
      'ＬＯＯＫＵ11111222223333344444',
    ])
      expect(await lookup(spelling)).toEqual([key.id]);
    expect(await lookup('LOOKU-11111-22222-33333')).toEqual([]);
    expect((await world.admin('POST', '/keys/lookup', { licenseKey: 'a\u0000b' })).status).toBe(400);
    const auditor = await world.tokenFor('auditor');
    expect(await lookup('looku1111122222333334444 4', auditor)).toEqual([key.id]);
    const technician = await world.tokenFor('technician');
    expect(await lookup('LOOKU-11111-22222-33333-44444', technician)).toEqual([key.id]);
    expect(await lookup('LOOKU', technician)).toEqual([]);
    const elsewhere = await world.tokenFor('auditor', [await addCustomer(world, 'Elsewhere')]);
    expect(await lookup('LOOKU-11111-22222-33333-44444', elsewhere)).toEqual([]);
    const twin = await addKey(world, { licenseKey: 'looku-11111-22222-33333-44444', allowSimilarTo: key.id });
    expect(await lookup('looku-11111-22222-33333-44444')).toEqual([twin.id, key.id]);
  });

  describe('deep search', async () => {
    const session = await signedIn();
    const search = (body: object) => session('POST', '/keys/deep-search', body);

    async function signedIn(): Promise<Call> {
      const credentials = { email: 'ada@nordwind.example', password: adminPassword };
      const { headers } = await world.as(undefined)('POST', '/session', credentials);
      const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      return (method, path, body, more) => world.as(undefined)(method, path, body, { cookie, ...more });
    }

    it('K8: finds any part of a text in any spelling, and is recorded with the reason, not with the text', async () => {
      const key = await addKey(world, { licenseKey: 'DEEPP-QQQQQ-7777Z-Z8888-44444' });
      const found = async (contains: string) =>
        (await search({ contains, reason: 'Ticket 12' })).body.items.map((item: { id: string }) => item.id);
      expect(await found('qqq-7777')).toEqual([key.id]);
      expect(await found('7777zz8888')).toEqual([key.id]);
      const size = await logSize(world);
      expect(await found('NOTTHERE99')).toEqual([]);
      expect(await logSize(world)).toBe(size + 1);
      const entry = await world.database.read
        .selectFrom('audit_entry as e')
        .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
        .select(['e.action', 'e.subject', 'p.body'])
        .where('e.idx', '=', size)
        .executeTakeFirstOrThrow();
      expect(entry).toMatchObject({ action: 'search.completed', subject: 'keys:deep-search' });
      expect(JSON.parse(entry.body)).toMatchObject({ reason: 'Ticket 12', found: 0 });
      expect(entry.body).not.toContain('NOTTHERE');
    });

    it('K8: is refused without a reason, with separators only, and to others than administrators', async () => {
      const auditor = await world.tokenFor('auditor');
      const size = await logSize(world);
      expect((await search({ contains: 'ABC' })).body.errors).toMatchObject([{ pointer: '/reason' }]);
      expect((await search({ contains: '---', reason: 'r' })).body.errors).toMatchObject([{ pointer: '/contains' }]);
      expect((await auditor('POST', '/keys/deep-search', { contains: 'ABC', reason: 'r' })).status).toBe(403);
      // The attempt itself is in the log.
      expect(await logSize(world)).toBe(size + 1);
    });

    it('K8: a text that does not open is counted, and the others are found', async () => {
      const licenseKey = freshLicenseKey();
      const [whole, broken] = [await addKey(world, { licenseKey }), await addKey(world)];
      await world.database.transaction((tx) =>
        tx.updateTable('key').set({ cipher: 'v1.x.y.z' }).where('id', '=', broken.id).execute(),
      );
      const { body } = await search({ contains: licenseKey.slice(2, 20), reason: 'Ticket 13' });
      expect(body).toMatchObject({ items: [{ id: whole.id }], more: false, unreadable: 1 });
    });

    it('K8: looks at every key, answers two hundred at most, and says that there are more', async () => {
      const ids = await seedKeys(world, 701);
      // The seeded texts are ids of one moment: their first characters are the same.
      const { body } = await search({ contains: ids[0]?.slice(0, 13), reason: 'Ticket 14' });
      expect([body.items.length, body.more]).toEqual([200, true]);
      const rare = await addKey(world, { licenseKey: 'RARES-QQQQQ-00000-11111-22222' });
      const found = await search({ contains: 'RARESQ', reason: 'Ticket 14' });
      expect(found.body).toMatchObject({ items: [{ id: rare.id }], more: false });
    });

    it('K16, L9: the log of all this is whole', async () => {
      expect(await verifyDatabase(world.database)).toMatchObject({ ok: true });
    });
  });
});
