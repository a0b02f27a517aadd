import { describe, expect, it } from 'vitest';
import { addPerson, send } from '../harness/actors.ts';
import { addCustomer, addKey, addUnit, trailOf } from '../harness/arrange.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('whose an assignment is, on %s', async (engine) => {
  const world = await newWorld(engine);
  const [mine, theirs] = [await addCustomer(world, 'Mine'), await addCustomer(world, 'Theirs')];
  const apply = async (keyId: string, body: object) => {
    const { status, body: made } = await world.admin('POST', `/keys/${keyId}/assignments`, body);
    expect([status, made.detail]).toEqual([201, undefined]);
    return made;
  };
  const lastEntry = async (keyId: string) => (await trailOf(world, keyId)).at(-1);

  it('P2: with a unit it is the unit’s customer’s, without one the key’s unless said, and the entry’s the same', async () => {
    const key = await addKey(world, { customerId: theirs, seats: 5 });
    const unit = await addUnit(world, 'PC-1', { customerId: mine });
    expect((await apply(key.id, { equipmentId: unit })).customer.id).toBe(mine);
    expect((await lastEntry(key.id))?.customerId).toBe(mine);
    expect((await apply(key.id, { userName: 'Anna' })).customer.id).toBe(theirs);
    expect((await lastEntry(key.id))?.customerId).toBe(theirs);
    const berta = await apply(key.id, { userName: 'Berta', customerId: mine });
    expect(berta.customer).toEqual({ id: mine, name: 'Mine' });
    expect((await lastEntry(key.id))?.customerId).toBe(mine);
    await world.admin('DELETE', `/assignments/${berta.id}`, undefined, { 'if-match': '*' });
    expect(await lastEntry(key.id)).toMatchObject({ action: 'key.removed', customerId: mine });
    const both = await world.admin('POST', `/keys/${key.id}/assignments`, {
      equipmentId: await addUnit(world, 'PC-2', { customerId: mine }),
      customerId: theirs,
    });
    expect([both.status, both.body.errors[0].code]).toEqual([400, 'not_the_units']);
  });

  it('P2: its people see it and its holder, and no others; the lists filter and group by it', async () => {
    const key = await addKey(world, { customerId: theirs, seats: 3 });
    await apply(key.id, { userName: 'Clara', customerId: mine });
    await apply(key.id, { userName: 'Dora' });
    const technician = await addPerson(world, { role: 'technician', scope: [mine] });
    const get = async (path: string) =>
      JSON.parse((await send(world, technician.session, { method: 'GET', path })).text);
    const names = async (path: string) => (await get(path)).items.map(({ userName }: { userName: string }) => userName);
    expect(await names(`/assignments?keyId=${key.id}`)).toEqual(['Clara']);
    expect(await names(`/keys?ids=${key.id}`)).toEqual(['Clara']);
    expect((await get('/keys?userName=Dora')).total).toBe(0);
    const [owners] = [await addPerson(world, { role: 'technician', scope: [theirs] })];
    const seen = await send(world, owners.session, { method: 'GET', path: `/assignments?keyId=${key.id}&sort=seat` });
    const of = JSON.parse(seen.text).items.map((one: { userName: string | null; customer: object | null }) => [
      one.userName,
      one.customer,
    ]);
    expect(of).toEqual([
      [null, null],
      ['Dora', { id: theirs, name: 'Theirs' }],
    ]);
    const all = await world.admin('GET', `/assignments?keyId=${key.id}&customerId=${mine}`);
    expect(all.body.items).toMatchObject([{ userName: 'Clara' }]);
    const groups = await world.admin('GET', `/assignments?keyId=${key.id}&groupBy=customerId`);
    expect(groups.body.groups.map(({ label, count }: { label: string; count: number }) => [label, count])).toEqual([
      ['Mine', 1],
      ['Theirs', 1],
    ]);
  });

  it('P2: nobody gives a person of a customer that is not theirs, and it reads as one that is not there', async () => {
    const key = await addKey(world, { customerId: mine, seats: 3 });
    const technician = await addPerson(world, { role: 'technician', scope: [mine] });
    const body = { userName: 'Eva', customerId: theirs };
    const path = `/keys/${key.id}/assignments`;
    expect((await send(world, technician.session, { method: 'POST', path, body })).status).toBe(404);
    const own = { userName: 'Eva', customerId: mine };
    expect((await send(world, technician.session, { method: 'POST', path, body: own })).status).toBe(201);
  });

  it('P2, C7: a replacement leaves everybody with whom they were; nobody replaces a key of people they do not see', async () => {
    const key = await addKey(world, { customerId: mine, seats: 3 });
    await apply(key.id, { userName: 'Fritz', customerId: theirs });
    const replace = { licenseKey: 'REPL1-REPL2-REPL3-REPL4-REPL5', reason: 'lost' };
    const limited = await addPerson(world, { role: 'administrator', scope: [mine] });
    const path = `/keys/${key.id}/replacement`;
    const refused = await send(world, limited.session, { method: 'POST', path, body: replace });
    expect([refused.status, refused.text.includes('Fritz')]).toEqual([403, false]);
    const replaced = await world.admin('POST', path, replace);
    const kept = await world.admin('GET', `/assignments?keyId=${replaced.body.id}`);
    expect(kept.body.items).toMatchObject([{ userName: 'Fritz', customer: { id: theirs } }]);
  });

  it('P2, E2: what is on a unit goes with it to another customer, what was on it before stays with whose it was', async () => {
    const key = await addKey(world, { customerId: world.houseId, seats: 3 });
    const unit = await addUnit(world, 'PC-9', { customerId: theirs });
    const past = await apply(key.id, { equipmentId: unit, userName: 'Gustav' });
    await world.admin('DELETE', `/assignments/${past.id}`, undefined, { 'if-match': '*' });
    const now = await apply(key.id, { equipmentId: unit, userName: 'Hanna' });
    const moved = await world.admin('PATCH', `/equipment/${unit}`, { customerId: mine }, { 'if-match': '*' });
    expect(moved.status).toBe(200);
    expect((await world.admin('GET', `/assignments/${now.id}`)).body.customer.id).toBe(mine);
    expect((await world.admin('GET', `/assignments/${past.id}`)).body.customer.id).toBe(theirs);
    const limited = await addPerson(world, { role: 'technician', scope: [mine] });
    const seen = await send(world, limited.session, { method: 'GET', path: '/assignments?state=all&q=gustav' });
    expect(JSON.parse(seen.text).total).toBe(0);
    await world.admin('PATCH', `/keys/${key.id}`, { customerId: theirs }, { 'if-match': '*' });
    expect((await world.admin('GET', `/assignments/${now.id}`)).body.customer.id).toBe(mine);
  });

  it('P2, X1: a file of assignments says whose a person is by its customer column', async () => {
    const licenseKey = 'FILE1-FILE2-FILE3-FILE4-FILE5';
    const key = await addKey(world, { customerId: mine, seats: 3, licenseKey });
    const form = new FormData();
    form.set(
      'file',
      new File([`License Key,User Name,Customer\n${licenseKey},Ida,Theirs\n${licenseKey},Jan,\n`], 'a.csv'),
    );
    form.set('kind', 'assignments');
    expect((await world.admin('POST', '/imports', form)).status).toBe(201);
    const { items } = (await world.admin('GET', `/assignments?keyId=${key.id}&sort=userName`)).body;
    expect(
      items.map((one: { userName: string; customer: { name: string } }) => [one.userName, one.customer.name]),
    ).toEqual([
      ['Ida', 'Theirs'],
      ['Jan', 'Mine'],
    ]);
  });

  it('P2, E7: a customer whose people have keys is not deleted', async () => {
    const customer = await addCustomer(world, 'Only people');
    const key = await addKey(world, { customerId: mine });
    await apply(key.id, { userName: 'Klara', customerId: customer });
    const refused = await world.admin('DELETE', `/customers/${customer}`, undefined, { 'if-match': '*' });
    expect([refused.status, refused.body.heldBy[0].type]).toEqual([409, 'assignment']);
  });
});
