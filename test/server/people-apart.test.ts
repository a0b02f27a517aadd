import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addCustomer, addKey, addUnit, applyTo } from '../harness/arrange.ts';
import { verifyApart } from '../harness/single-file-verifier.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('people of several customers on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomer(world, 'Mine');
  const theirs = await addCustomer(world, 'Theirs');
  const auditor = await addPerson(world, { role: 'auditor', scope: [mine] });
  const technician = await addPerson(world, { role: 'technician', scope: [mine] });
  const colleague = await addPerson(world, { role: 'technician', scope: [mine, theirs] });
  const stranger = await addPerson(world, { role: 'technician', scope: [theirs] });
  const nobody = await addPerson(world, { role: 'auditor', scope: [] });
  const everybody = await addPerson(world, { role: 'auditor', scope: 'all' });
  const get = async (person: Person, path: string) =>
    JSON.parse((await send(world, person.session, { method: 'GET', path })).text);
  const idsFor = async (person: Person, query = '') =>
    (await get(person, `/users?limit=200${query}`)).items.map(({ id }: { id: string }) => id).sort();
  const idsOf = (...people: Person[]) => people.map(({ id }) => id);

  it('S13: people see those whose customers meet theirs, in lists, counts, groups and searches', async () => {
    const seen = [world.adminId, ...idsOf(auditor, technician, colleague, everybody)].sort();
    expect(await idsFor(auditor)).toEqual(seen);
    expect(await idsFor(everybody)).toEqual([...seen, ...idsOf(stranger, nobody)].sort());
    expect(await idsFor(nobody)).toEqual([nobody.id]);
    for (const query of [`&q=${stranger.id}`, `&email=${stranger.id}@nordwind.example`])
      expect([query, await idsFor(auditor, query)]).toEqual([query, []]);
    const { groups, total } = await get(auditor, '/users?groupBy=role');
    expect([total, groups.map(({ count }: { count: number }) => count)]).toEqual([5, [1, 2, 2]]);
    const file = await send(world, auditor.session, { method: 'GET', path: '/users/export' });
    expect(file.text).not.toContain(stranger.id);
    expect(file.text).toContain(colleague.id);
  });

  it('S13: a run of the expiry job names who began it to those who see them alone', async () => {
    const beginner = await addPerson(world, { role: 'administrator', scope: [theirs] });
    await send(world, beginner.session, { method: 'POST', path: '/expiry-runs', body: {} });
    const begunBy = async (person: Person) => (await get(person, '/expiry-runs')).items[0].actor?.id ?? null;
    expect(await Promise.all([auditor, nobody, everybody].map(begunBy))).toEqual([null, null, beginner.id]);
  });

  it('S13: entries name who acted, and from where for who may read people alone', async () => {
    const env = { incoming: { socket: { remoteAddress: '203.0.113.7' } } };
    const headers = { ...technician.session, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Mine-7', customerId: mine });
    const made = await world.http.request('/api/v1/equipment', { method: 'POST', headers, body }, env);
    const { id } = JSON.parse(await made.text());
    const [told] = (await get(auditor, `/audit?equipmentId=${id}`)).items;
    expect(told.details.actor.address).toBe('203.0.113.7');
    const [entry] = (await get(technician, `/audit?equipmentId=${id}`)).items;
    expect(entry.actor.id).toBe(technician.id);
    expect(entry.details.actor.name).toBe(told.details.actor.name);
    expect(JSON.stringify(entry)).not.toContain('203.0.113.7');
    const file = await send(world, technician.session, { method: 'GET', path: '/audit/export' });
    expect(file.text).not.toContain('203.0.113.7');
  });

  it('S13: evidence of a unit of mine holds of entries out of scope their header alone, and is accepted', async () => {
    const unit = await addUnit(world, 'Mine-8', { customerId: mine });
    const lent = await addKey(world, { customerId: theirs, productName: 'ZqCanary Suite' });
    const other = await addKey(world, { customerId: mine });
    for (const { id } of [lent, other]) await applyTo(world, id, { equipmentId: unit });
    for (const { id } of (await world.admin('GET', `/assignments?keyId=${lent.id}`)).body.items)
      await world.admin('DELETE', `/assignments/${id}`, undefined, { 'if-match': '*' });
    const env = { incoming: { socket: { remoteAddress: '203.0.113.9' } } };
    const headers = { authorization: `Bearer ${world.adminToken}`, 'if-match': '*' };
    const gone = await world.http.request(`/api/v1/keys/${lent.id}`, { method: 'DELETE', headers }, env);
    expect(gone.status).toBe(204);
    const evidence = await send(world, auditor.session, {
      method: 'POST',
      path: '/audit/export',
      body: { equipmentId: unit },
    });
    expect(evidence.text).not.toContain('203.0.113.9');
    const { entries } = JSON.parse(evidence.text);
    const said = entries.filter(({ body }: { body: string | null }) => body !== null);
    // The unit itself was made, which names no key.
    const maskedKeys = said.map(({ body }: { body: string }) => JSON.parse(body).maskedKey);
    expect(maskedKeys).toEqual([undefined, other.maskedKey]);
    const { origin: _, publicKey } = (await world.admin('GET', '/audit/checkpoint')).body;
    const verdict = verifyApart(join(world.dataDir, 'unit.json'), { text: evidence.text, key: publicKey });
    expect(verdict).toMatchObject({ ok: true, provenComplete: false, status: 3, problems: [] });
    expect(verdict.warnings.join()).toContain('withheld');
    const whole = JSON.stringify({ ...JSON.parse(evidence.text), filter: { equipmentId: unit } });
    const refused = verifyApart(join(world.dataDir, 'whole.json'), { text: whole, key: publicKey });
    expect(refused).toMatchObject({ ok: false, firstBad: { code: 'payload' } });
  });
});
