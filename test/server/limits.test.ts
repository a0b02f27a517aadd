import { describe, expect, it } from 'vitest';
import { cleanUp } from '../../src/server/upkeep/clean-up.ts';
import { addPerson, type Credentials, type Person, send } from '../harness/actors.ts';
import { addCustomer, addKey, freshLicenseKey } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

describe.each(engines)('what one may do only so often on %s', async (engine) => {
  const world = await newWorld(engine);
  const post = (who: Credentials, path: string, body?: unknown) => send(world, who, { method: 'POST', path, body });
  const administrator = () => addPerson(world, { role: 'administrator', scope: 'all' });
  const codes = (answers: { text: string }[]) => answers.map(({ text }) => JSON.parse(text).code ?? 'done');
  const refusals = async (person: Person) =>
    (await recordedOf(world, `user:${person.id}`))
      .filter(({ action }) => action === 'access.refused')
      .map(({ details: { attempted, code, count } }) => ({ attempted, code, count }));
  const passMinutes = (minutes: number) => world.clock.addDays(minutes / 1440);

  it('K16: thirty reveals in ten minutes, at once and by session and token together, then 429 and an entry (security 31) (security 52)', async () => {
    const [person, { id }] = [await administrator(), await addKey(world)];
    const reveal = (who: Credentials) => post(who, `/keys/${id}/reveal`);
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, i) => reveal(i % 2 === 0 ? person.session : person.token)),
    );
    expect(codes(answers).filter((code) => code === 'done')).toHaveLength(30);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['600', '600']);
    expect(refused.some(({ text }) => text.includes('licenseKey'))).toBe(false);
    expect(await refusals(person)).toEqual([{ attempted: 'keys.reveal', code: 'too_many_requests', count: 1 }]);
    expect((await reveal((await administrator()).session)).status).toBe(200);
    passMinutes(9.9);
    expect((await reveal(person.session)).status).toBe(429);
    passMinutes(0.2);
    expect((await reveal(person.session)).status).toBe(200);
  });

  it('K16: keys that went out in an export do not count as reveals by hand', async () => {
    for (let i = 0; i < 31; i += 1) await addKey(world);
    const person = await administrator();
    expect((await post(person.session, '/keys/export', { reason: 'Audit' })).status).toBe(200);
    expect((await post(person.session, `/keys/${(await addKey(world)).id}/reveal`)).status).toBe(200);
  });

  it('K8: twenty whole keys looked up a minute, found or not; what was found is in its trail (security 31)', async () => {
    const [person, licenseKey] = [await addPerson(world, { role: 'auditor', scope: 'all' }), freshLicenseKey()];
    const key = await addKey(world, { licenseKey });
    const lookUp = (text: string) => post(person.token, '/keys/lookup', { licenseKey: text });
    expect(JSON.parse((await lookUp(licenseKey)).text).items).toHaveLength(1);
    for (let i = 0; i < 19; i += 1) expect(JSON.parse((await lookUp(freshLicenseKey())).text).items).toEqual([]);
    const refused = await lookUp(licenseKey);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    const found = (await recordedOf(world, `key:${key.id}`)).filter(({ action }) => action === 'key.lookedUp');
    expect(found).toMatchObject([{ details: { maskedKey: key.maskedKey, actor: { via: 'token' } } }]);
    passMinutes(1.1);
    expect((await lookUp(licenseKey)).status).toBe(200);
  });

  it('K8: a key out of scope and one that nobody has are looked up alike (security 21)', async () => {
    const licenseKey = freshLicenseKey();
    const { id } = await addKey(world, { licenseKey });
    const limited = await addPerson(world, { role: 'auditor', scope: [await addCustomer(world, `Elsewhere ${id}`)] });
    const answers = [licenseKey, freshLicenseKey()].map((text) =>
      post(limited.session, '/keys/lookup', { licenseKey: text }),
    );
    const [outside, none] = await Promise.all(answers);
    expect([outside?.status, outside?.text]).toEqual([none?.status, none?.text]);
    const left = (await recordedOf(world, 'keys:lookup')).slice(-2);
    expect(left.map(({ action, details: { actor: _, ...said } }) => [action, said])).toEqual([
      ['search.completed', { found: 0 }],
      ['search.completed', { found: 0 }],
    ]);
    expect((await recordedOf(world, `key:${id}`)).map(({ action }) => action)).not.toContain('key.lookedUp');
  });

  it('K8: searches inside license keys are limited as well (security 31)', async () => {
    const person = await administrator();
    const search = () => post(person.session, '/keys/deep-search', { contains: 'NOTTHERE', reason: 'Test' });
    for (let i = 0; i < 30; i += 1) expect((await search()).status).toBe(200);
    expect((await search()).status).toBe(429);
  });

  it('L8: refused attempts of one actor at one thing are one entry a minute, with their number (security 55)', async () => {
    const technician = await addPerson(world, { role: 'technician', scope: [] });
    const { id } = await addKey(world);
    const refused = (path: string) =>
      post(technician.session, path, path.endsWith('reveal') ? undefined : { reason: 'Test' });
    for (let i = 0; i < 5; i += 1) expect((await refused(`/keys/${id}/revocation`)).status).toBe(403);
    expect((await refused(`/keys/${id}/reveal`)).status).toBe(404);
    expect(await refusals(technician)).toEqual([
      { attempted: 'keys.revoke', code: 'forbidden', count: 1 },
      { attempted: 'keys.reveal', code: 'not_found', count: 1 },
    ]);
    passMinutes(1.1);
    await refused(`/keys/${id}/revocation`);
    expect((await refusals(technician)).at(-1)).toEqual({ attempted: 'keys.revoke', code: 'forbidden', count: 5 });
    for (let i = 0; i < 3; i += 1) await refused(`/keys/${id}/revocation`);
    passMinutes(1.1);
    await cleanUp(world.app);
    await cleanUp(world.app);
    expect((await refusals(technician)).slice(-2)).toEqual([
      { attempted: 'keys.revoke', code: 'forbidden', count: 5 },
      { attempted: 'keys.revoke', code: undefined, count: 3 },
    ]);
    const log = (await world.admin('GET', `/audit?actorId=${technician.id}&action=access.refused`)).body.items;
    expect(log.at(-1)).toMatchObject({ subject: `user:${technician.id}`, details: { target: id } });
    expect(log[1].sentence).toMatch(/^Refused to Somebody \S+: revoking keys, 5 times$/);
  });

  it('L8: refusals at the same moment lose none and make one entry', async () => {
    const auditor = await addPerson(world, { role: 'auditor', scope: 'all' });
    await Promise.all(Array.from({ length: 12 }, () => post(auditor.session, '/products', { name: 'x' })));
    expect(await refusals(auditor)).toHaveLength(1);
    passMinutes(1.1);
    await cleanUp(world.app);
    const counts = (await refusals(auditor)).map(({ count }) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
  });

  it('L8: what a client put in the place of an id is not recorded, since it may be a license key', async () => {
    const licenseKey = freshLicenseKey();
    const technician = await addPerson(world, { role: 'technician', scope: [] });
    await post(technician.session, `/keys/${licenseKey}/reveal`);
    await post(technician.session, `/keys/${licenseKey}/revocation`, { reason: licenseKey });
    const entries = await recordedOf(world, `user:${technician.id}`);
    expect(entries).toHaveLength(2);
    expect(JSON.stringify(entries)).not.toContain(licenseKey);
  });
});

it('L8: nothing that no known actor did is in the log: no anonymous requests, no wrong tokens', async () => {
  const world: World = await newWorld('sqlite');
  const size = async () => (await world.admin('GET', '/audit?limit=1')).body.total;
  const before = await size();
  for (const call of [world.as(undefined), world.as('keybook_wrong')]) {
    expect((await call('POST', '/products', { name: 'x' })).status).toBe(401);
    expect((await call('GET', '/keys')).status).toBe(401);
  }
  expect(await size()).toBe(before);
});
