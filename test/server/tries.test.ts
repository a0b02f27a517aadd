import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type LimitName, limits } from '../../src/domain/limits.ts';
import { addPerson, type Credentials, type Person, send } from '../harness/actors.ts';
import { addCustomer, addKey, freshLicenseKey } from '../harness/arrange.ts';
import { insertRows } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('what is tried of records out of sight, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomer(world, 'Mine');
  const theirs = await addCustomer(world, 'Theirs');
  const limited = () => addPerson(world, { role: 'administrator', scope: [mine] });
  const everybody = () => addPerson(world, { role: 'administrator', scope: 'all' });
  const key = (licenseKey: string) => ({
    licenseKey,
    keyType: 'permanent',
    productName: 'Office 2026',
    customerId: mine,
  });
  const fresh = (count: number) => Array.from({ length: count }, () => key(freshLicenseKey()));
  const post = async (who: Credentials, path: string, body: unknown, headers: Credentials = {}) => {
    const answer = await send(world, who, { method: 'POST', path, body, headers });
    return { ...answer, body: answer.text === '' ? undefined : JSON.parse(answer.text) };
  };
  const batch = (who: Credentials, keys: unknown[], query = '?dryRun=true') =>
    post(who, `/keys/batch${query}`, { keys });
  /** Has somebody used a limit up but for a few, as so many tries at this moment would: what is tried then counts by itself. */
  const spend = ({ id }: Person, what: LimitName, left: number) => {
    const times = limits[what].most - left;
    return insertRows(world, 'limited_use', [{ actor_id: id, what, at: world.clock.now().toISOString(), times }]);
  };
  const passMinutes = (minutes: number) => world.clock.addDays(minutes / 1440);

  it('R9: after any number of refused duplicates new keys pass for people of all customers', async () => {
    const { token } = await everybody();
    const licenseKey = freshLicenseKey();
    await addKey(world, { licenseKey });
    for (let i = 0; i < 21; i += 1) expect((await post(token, '/keys', key(licenseKey))).status).toBe(409);
    expect((await post(token, '/keys', key(freshLicenseKey()))).status).toBe(201);
  });

  it('R9: a person of some customers may be refused their own duplicates as often as they like', async () => {
    const { token } = await limited();
    const licenseKey = freshLicenseKey();
    expect((await post(token, '/keys', key(licenseKey))).status).toBe(201);
    for (let i = 0; i < 30; i += 1) expect((await post(token, '/keys', key(licenseKey))).status).toBe(409);
    const own = Array.from({ length: 50 }, () => key(licenseKey));
    expect((await batch(token, own)).status).toBe(409);
    expect((await post(token, '/keys', key(freshLicenseKey()))).status).toBe(201);
  });

  it('S15: two thousand texts an hour are tried, by dry runs as by runs; the answer says of what and until when', async () => {
    const person = await limited();
    const { token } = person;
    await spend(person, 'newKeys', 100);
    for (const count of [60, 39]) expect((await batch(token, fresh(count))).status).toBe(201);
    passMinutes(1);
    expect((await post(token, '/keys', key(freshLicenseKey()))).status).toBe(201);
    const refused = await post(token, '/keys', key(freshLicenseKey()));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(59 * 60)]);
    const until = new Date(world.clock.now().getTime() + 59 * 60_000).toISOString();
    expect(refused.body.limit).toEqual({ name: 'newKeys', most: 2000, minutes: 60, until });
    expect(refused.body.detail).toContain(until);
    expect((await batch(token, fresh(1))).status).toBe(429);
    passMinutes(59.1);
    expect((await batch(token, fresh(100))).status).toBe(201);
  });

  it('S15: a text that is recorded out of sight counts a hundred, and people of all customers count nothing', async () => {
    const { token } = await limited();
    const known = Array.from({ length: 20 }, freshLicenseKey);
    for (const licenseKey of known) await addKey(world, { licenseKey, customerId: theirs });
    const probe = [...known.slice(0, 19).map(key), ...fresh(100)];
    expect((await batch(token, probe)).body.code).toBe('license_key_taken');
    expect((await post(token, '/keys', key(freshLicenseKey()))).body.code).toBe('too_many_requests');
    const all = await everybody();
    await spend(all, 'newKeys', 0);
    for (let i = 0; i < 3; i += 1) expect((await batch(all.token, [...known.map(key), ...fresh(5)])).status).toBe(409);
    const replacing = await limited();
    const own = await addKey(world, { customerId: mine });
    const replace = (licenseKey: string) =>
      post(replacing.token, `/keys/${own.id}/replacement`, { licenseKey, reason: 'lost' });
    for (const licenseKey of known) expect((await replace(licenseKey)).body.code).toBe('license_key_taken');
    expect((await replace(freshLicenseKey())).body.code).toBe('too_many_requests');
  });

  it('S15: requests at the same moment are counted to the last one', async () => {
    const person = await limited();
    const { token } = person;
    await spend(person, 'newKeys', 10);
    const answers = await Promise.all(fresh(20).map((body) => post(token, '/keys', body)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
  });

  it('S15: so do names and serial numbers that are taken out of sight', async () => {
    const { token } = await limited();
    const unit = await world.admin('POST', '/equipment', { name: 'T', serialNumber: 'SN-T', customerId: theirs });
    expect(unit.status).toBe(201);
    const add = () => post(token, '/equipment', { name: 'M', serialNumber: 'sn-t', customerId: mine });
    for (let i = 0; i < 20; i += 1) expect((await add()).body.code).toBe('serial_number_taken');
    expect((await add()).body.code).toBe('too_many_requests');
    passMinutes(61);
    const rename = async () => {
      const headers = { 'if-match': '*' };
      const body = { name: 'theirs' };
      return JSON.parse(
        (await send(world, token, { method: 'PATCH', path: `/customers/${mine}`, body, headers })).text,
      );
    };
    for (let i = 0; i < 20; i += 1) expect((await rename()).code).toBe('name_taken');
    expect((await rename()).code).toBe('too_many_requests');
  });

  it('S15: so do names of customers out of sight that a file would give, as when they are given one by one', async () => {
    const person = await limited();
    const { version } = (await world.admin('GET', `/customers/${mine}`)).body;
    const rename = async () => {
      const form = new FormData();
      form.set('file', new File([`Internal ID,Version,Name\n${mine},${version},theirs\n`], 'list.csv'));
      for (const [name, value] of Object.entries({ kind: 'customers', dryRun: 'true' })) form.set(name, value);
      return (await post(person.token, '/imports', form)).body;
    };
    await spend(person, 'importedKeys', 150);
    expect((await rename()).errors).toMatchObject([{ code: 'name_taken' }]);
    expect((await rename()).code).toBe('too_many_requests');
  });

  it('S15: so do names of products in files, rehearsed or run, each once; and a file of people tells of no account out of sight', async () => {
    const person = await limited();
    const { token } = person;
    const bring = async (kind: string, lines: string[], by = token) => {
      const form = new FormData();
      form.set('file', new File([lines.join('\n')], 'list.csv'));
      for (const [name, value] of Object.entries({ kind, dryRun: 'true' })) form.set(name, value);
      return (await post(by, '/imports', form)).body;
    };
    const linesOf = (names: string[]) => names.map((name) => `${freshLicenseKey()},${name},Mine`);
    const keys = (names: string[], by = token) =>
      bring('keys', ['License Key,Feature,Customer', ...linesOf(names)], by);
    const named = (from: number) => Array.from({ length: 20 }, (_, i) => `Product ${from + i}`);
    await spend(person, 'newKeys', 40);
    for (const from of [0, 20]) expect((await keys([...named(from), ...named(from)])).status).toBe('done');
    expect((await keys(['One more'])).code).toBe('too_many_requests');
    // And a product that others have is new to who does not see it.
    await addKey(world, { customerId: theirs, productName: 'Of theirs' });
    const other = await limited();
    const { created } = await keys(['Of theirs', 'Of nobody'], other.token);
    expect(created).toMatchObject({ product: 2, key: 2 });
    const [near, far] = [await limited(), await addPerson(world, { role: 'auditor', scope: [theirs] })];
    const people = await bring('users', [
      'Name,E-mail',
      ...[near, far].map(({ id }) => `Somebody ${id},${id}@x.example`),
    ]);
    expect(people.persons).toEqual({ named: 2, known: 1 });
  });

  it('S4: that a product out of sight is archived is a hit, by a request, a rehearsal or a file; of one in sight it is none', async () => {
    const archive = async (productName: string, customerId: string) => {
      const { product } = await addKey(world, { productName, customerId });
      const path = `/products/${product.id}`;
      expect((await world.admin('PATCH', path, { archived: true }, { 'if-match': '*' })).status).toBe(200);
      return product.id;
    };
    await archive('Put away', theirs);
    const own = await archive('Own put away', mine);
    const { token } = await limited();
    const name = (productName: string) => batch(token, [{ ...key(freshLicenseKey()), productName }]);
    for (let i = 0; i < 30; i += 1)
      expect((await name('own put AWAY')).body).toMatchObject({ code: 'archived', existing: { id: own } });
    const told: unknown[] = [];
    for (let i = 0; i < 25; i += 1) told.push((await name('PUT away')).body.code);
    expect([told[0], told.at(-1)]).toEqual(['archived', 'too_many_requests']);
    const hits = told.filter((code) => code === 'archived').length;
    expect(hits).toBeLessThanOrEqual(20);
    expect((await post(token, '/keys', key(freshLicenseKey()))).body.code).toBe('too_many_requests');
    const other = await limited();
    await spend(other, 'importedKeys', 150);
    const bring = async (productName: string) => {
      const lines = [1, 2, 3].map(() => `${freshLicenseKey()},${productName},Mine\n`);
      const form = new FormData();
      form.set('file', new File([`License Key,Feature,Customer\n${lines.join('')}`], 'list.csv'));
      for (const [field, value] of Object.entries({ kind: 'keys', dryRun: 'true' })) form.set(field, value);
      return (await post(other.token, '/imports', form)).body;
    };
    for (let i = 0; i < 3; i += 1)
      expect((await bring('Own put away')).errors).toMatchObject([{ code: 'archived' }, {}, {}]);
    expect((await bring('Put away')).errors).toMatchObject([{ code: 'archived' }, {}, {}]);
    expect((await bring('Put away')).code).toBe('too_many_requests');
  });

  it('S15: twenty thousand texts a day are tried in files, rehearsed or run, at once or later', async () => {
    const lines = (texts: string[]) =>
      `License Key,Feature,Customer\n${texts.map((one) => `${one},Office 2026,Mine`).join('\n')}\n`;
    const bring = async (
      who: Credentials,
      texts: string[],
      fields: Record<string, string>,
      headers: Credentials = {},
    ) => {
      const form = new FormData();
      form.set('file', new File([lines(texts)], 'keys.csv'));
      for (const [name, value] of Object.entries({ kind: 'keys', ...fields })) form.set(name, value);
      let { body } = await post(who, '/imports', form, headers);
      while (body.status === 'running') {
        await setImmediate();
        body = JSON.parse((await send(world, who, { method: 'GET', path: `/imports/${body.id}` })).text);
      }
      return body.code ?? body.cause?.code ?? body.status;
    };
    const texts = Array.from({ length: 45 }, freshLicenseKey);
    const first = await limited();
    await spend(first, 'importedKeys', 200);
    for (let i = 0; i < 4; i += 1) expect(await bring(first.token, texts, { dryRun: 'true' })).toBe('done');
    expect(await bring(first.token, texts, { dryRun: 'true' })).toBe('too_many_requests');
    expect(await bring(first.token, texts, {}, { prefer: 'respond-async' })).toBe('too_many_requests');
    expect(await bring(first.token, texts.slice(0, 20), { dryRun: 'true' })).toBe('done');
    const known = Array.from({ length: 20 }, freshLicenseKey);
    for (const licenseKey of known) await addKey(world, { licenseKey, customerId: theirs });
    const second = await limited();
    await spend(second, 'importedKeys', 2000);
    expect(await bring(second.token, known, { dryRun: 'true' })).toBe('refused');
    expect(await bring(second.token, known.slice(0, 1), {})).toBe('too_many_requests');
    const all = await everybody();
    await spend(all, 'importedKeys', 0);
    for (let i = 0; i < 2; i += 1) expect(await bring(all.token, texts, { dryRun: 'true' })).toBe('done');
  });
});
