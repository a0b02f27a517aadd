import { describe, expect, it } from 'vitest';
import { addPerson, type Credentials, send } from '../harness/actors.ts';
import { addCustomer, freshLicenseKey } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

const given = 'keys:given';

describe.each(engines)('who is told that a text is recorded, on %s', async (engine) => {
  const world = await newWorld(engine);
  const [mine, theirs] = [await addCustomer(world, 'Mine'), await addCustomer(world, 'Theirs')];
  const key = (licenseKey: string, more: object = {}) => ({
    licenseKey,
    keyType: 'permanent',
    productName: 'Suite',
    ...more,
  });
  const known = async (count: number, customerId = mine): Promise<{ id: string; licenseKey: string }[]> => {
    const texts = Array.from({ length: count }, freshLicenseKey);
    const keys = texts.map((licenseKey) => key(licenseKey, { customerId }));
    const { body } = await world.admin('POST', '/keys/batch', { keys });
    return texts.map((licenseKey, i) => ({ id: body.items[i].id, licenseKey }));
  };
  const post = async (who: Credentials, path: string, body: unknown) => {
    const { status, text } = await send(world, who, { method: 'POST', path, body });
    return { status, body: JSON.parse(text) };
  };
  const rehearse = (who: Credentials, keys: object[]) => post(who, '/keys/batch?dryRun=true', { keys });
  const rehearseFile = (who: Credentials, texts: string[], more: Record<string, string> = {}, head = 'License Key') => {
    const form = new FormData();
    form.set('file', new File([`${head},Feature\n${texts.map((text) => `${text},Suite\n`).join('')}`], 'keys.csv'));
    for (const [name, value] of Object.entries({ kind: 'keys', dryRun: 'true', ...more })) form.set(name, value);
    return post(who, '/imports', form);
  };
  const lookedUp = async (id: string) =>
    (await recordedOf(world, `key:${id}`)).filter(({ action }) => action === 'key.lookedUp').length;
  const severalTold = async () => (await recordedOf(world, given)).map(({ details }) => details.found);
  const technician = () => addPerson(world, { role: 'technician', scope: 'all' });
  const limited = () => addPerson(world, { role: 'administrator', scope: [mine] });
  const boss = await addPerson(world, { role: 'administrator', scope: 'all' });
  const settings = { method: 'PATCH', path: '/settings', body: { techniciansManageKeys: true } };
  expect((await send(world, boss.session, { ...settings, headers: { 'if-match': '*' } })).status).toBe(200);

  it('K16: by a refusal or a rehearsal is in the trail of the key before it is answered', async () => {
    const [one, other, third] = await known(3);
    if (!one || !other || !third) throw new Error('no keys');
    const { token } = await technician();
    expect((await post(token, '/keys', key(one.licenseKey))).body.existing).toEqual({ type: 'key', id: one.id });
    expect(await lookedUp(one.id)).toBe(1);
    const tried = [freshLicenseKey(), one.licenseKey.toLowerCase(), other.licenseKey, freshLicenseKey()];
    expect(
      (
        await rehearse(
          token,
          tried.map((text) => key(text)),
        )
      ).body.errors,
    ).toHaveLength(2);
    expect([await lookedUp(one.id), await lookedUp(other.id)]).toEqual([2, 1]);
    const similar = key(third.licenseKey.toLowerCase(), { allowSimilarTo: third.id });
    expect((await rehearse(boss.token, [similar])).status).toBe(201);
    expect(await lookedUp(third.id)).toBe(1);
    expect((await rehearse(boss.token, [similar, key(freshLicenseKey(), { licenseId: one.id })])).status).not.toBe(201);
    expect(await lookedUp(third.id)).toBe(2);
    const replaced = { licenseKey: one.licenseKey, reason: 'lost' };
    expect((await post(boss.token, `/keys/${other.id}/replacement`, replaced)).status).toBe(409);
    expect(await lookedUp(one.id)).toBe(3);
  });

  it('K16: whoever may not reveal a key is told that a text is its as often as they may look one up', async () => {
    const keys = await known(21);
    const { token } = await technician();
    const last = keys.pop();
    const told = await rehearse(
      token,
      keys.map(({ licenseKey }) => key(licenseKey)),
    );
    expect([told.status, told.body.errors.length]).toEqual([409, 20]);
    for (const { id } of keys) expect(await lookedUp(id)).toBe(1);
    expect((await rehearse(token, [key(freshLicenseKey())])).status).toBe(429);
    const other = await technician();
    const all = [...keys, ...(last ? [last] : [])];
    const refused = await rehearse(
      other.token,
      all.map(({ licenseKey }) => key(licenseKey)),
    );
    expect([refused.status, refused.body.limit.name, refused.body.errors ?? []]).toEqual([429, 'lookups', []]);
    expect((await severalTold()).at(-1)).toBe(21);
    expect(await lookedUp(last?.id ?? '')).toBe(0);
    expect((await rehearse(other.token, [key(freshLicenseKey())])).status).toBe(429);
    world.clock.addDays(2 / 1440);
    expect((await rehearse(other.token, [key(freshLicenseKey())])).status).toBe(201);
  });

  it('K16: a file that says of many keys that they are there is one entry with their number, of few an entry each', async () => {
    const keys = await known(60);
    const texts = keys.map(({ licenseKey }) => licenseKey);
    const before = (await severalTold()).length;
    const tried = [...texts, ...Array.from({ length: 100 }, freshLicenseKey)];
    expect((await rehearseFile(boss.token, tried)).body).toMatchObject({ status: 'done', same: 60 });
    expect((await severalTold()).slice(before)).toEqual([60]);
    expect((await rehearseFile(boss.token, texts.slice(0, 3))).body.same).toBe(3);
    expect(await lookedUp(keys[0]?.id ?? '')).toBe(1);
    const run = await rehearseFile(boss.token, texts, { dryRun: 'false' });
    expect(run.body).toMatchObject({ status: 'done', same: 60 });
    const [done] = (await recordedOf(world, `import:${run.body.id}`)).slice(-1);
    expect(done).toMatchObject({ action: 'import.completed', details: { same: 60 } });
    expect((await severalTold()).slice(before)).toEqual([60]);
    const named = `${keys[0]?.id},${texts[0]}`;
    expect((await rehearseFile(boss.token, [named], {}, 'Internal ID,License Key')).body.same).toBe(1);
    expect(await lookedUp(keys[0]?.id ?? '')).toBe(2);
  });

  it('S15: of more records out of sight than one may be told of, none is named, by one request as by many at once', async () => {
    const keys = await known(50, theirs);
    const batch = keys.map(({ licenseKey }) => key(licenseKey, { customerId: mine }));
    const first = await limited();
    const refused = await rehearse(first.token, batch);
    expect([refused.status, refused.body.limit.name, refused.body.errors ?? []]).toEqual([429, 'newKeys', []]);
    expect((await rehearse(first.token, batch.slice(0, 1))).status).toBe(429);
    const second = await limited();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => rehearse(second.token, batch.slice(i * 5, i * 5 + 5))),
    );
    const told = answers.flatMap(({ status, body }) => (status === 409 ? body.errors : []));
    expect(told.length).toBeLessThanOrEqual(20);
    const shown = await Promise.all(keys.map(({ id }) => lookedUp(id)));
    expect(shown.reduce((sum, n) => sum + n, 0)).toBe(told.length);
    const third = await limited();
    const inFile = Array.from({ length: 5 }, () => known(50, theirs));
    const texts = (await Promise.all(inFile)).flat().map(({ licenseKey }) => licenseKey);
    const file = await rehearseFile(third.token, texts, { customerId: mine });
    expect([file.status, file.body.errors ?? []]).toEqual([429, []]);
  });

  it('S15: of serial numbers out of sight as well, at the same moment', async () => {
    await world.admin('POST', '/equipment', { name: 'T', serialNumber: 'SN-T', customerId: theirs });
    const { token } = await limited();
    const add = () => post(token, '/equipment', { name: 'M', serialNumber: 'sn-t', customerId: mine });
    const codes = (await Promise.all(Array.from({ length: 40 }, add))).map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'serial_number_taken').length).toBeLessThanOrEqual(20);
    expect(codes.filter((code) => code === 'too_many_requests').length).toBeGreaterThanOrEqual(20);
  });
});
