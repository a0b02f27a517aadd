import { describe, expect, it } from 'vitest';
import { newId } from '../../src/server/ids.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addCustomer, logSize } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { insertRows } from '../harness/seed.ts';
import { signIn } from '../harness/session.ts';
import { engines, newWorld } from '../harness/world.ts';

const licenseKey = '7H4RV-QW9TK-3MXP2-8DJNC-VIEW1';

describe.each(engines)('views of lists on %s', async (engine) => {
  const world = await newWorld(engine);
  const person = (role: Person['role'] = 'technician', scope: Person['scope'] = 'all') =>
    addPerson(world, { role, scope });
  const ask = async (who: Person, method: string, path: string, body?: object, version = '*') => {
    const ifMatch = version === '*' ? version : `"${version}"`;
    const answer = await send(world, who.session, { method, path, body, headers: { 'if-match': ifMatch } });
    return { status: answer.status, body: answer.text === '' ? undefined : JSON.parse(answer.text) };
  };
  const keep = async (who: Person, more: object = {}) =>
    ask(who, 'POST', '/views', { list: 'keys', name: 'Soon', query: 'expiringWithin=60&sort=validityEnd', ...more });
  const namesFor = async (who: Person, list = 'keys'): Promise<string[]> =>
    (await ask(who, 'GET', `/views?list=${list}`)).body.items.map(({ name }: { name: string }) => name);

  it('K8: a view is kept, renamed, changed, deleted by its owner, and recorded each time', async () => {
    const owner = await person('auditor');
    const made = await keep(owner);
    expect([made.status, made.body]).toMatchObject([201, { name: 'Soon', shared: false, mine: true, version: 1 }]);
    const path = `/views/${made.body.id}`;
    const query = 'columns=maskedKey%2Cstatus&groupBy=product&q=office&status=available%2Capplied';
    const changed = await ask(owner, 'PATCH', path, { name: 'Office', query }, '1');
    expect(changed.body).toMatchObject({ name: 'Office', query, version: 2 });
    expect((await ask(owner, 'PATCH', path, { name: 'Late' }, '1')).status).toBe(412);
    expect(await namesFor(owner)).toEqual(['Office']);
    expect(await namesFor(owner, 'equipment')).toEqual([]);
    expect((await ask(owner, 'DELETE', path)).status).toBe(204);
    expect(await namesFor(owner)).toEqual([]);
    expect(await recordedOf(world, `view:${made.body.id}`)).toMatchObject([
      { action: 'view.created', details: { name: 'Soon', list: 'keys' } },
      { action: 'view.updated', details: { name: 'Office', changes: { name: { old: 'Soon', new: 'Office' } } } },
      { action: 'view.deleted', details: { name: 'Office', query } },
    ]);
  });

  it('K8: a name is taken once a list, however it is spelled; an unchanged view is not recorded', async () => {
    const owner = await person();
    const { body } = await keep(owner, { name: 'Größe' });
    const again = await keep(owner, { name: 'GRÖSSE' });
    expect([again.status, again.body.errors]).toMatchObject([409, [{ pointer: '/name', code: 'name_taken' }]]);
    expect((await keep(owner, { list: 'equipment', name: 'Größe', query: '' })).status).toBe(201);
    expect((await keep(await person(), { name: 'Größe' })).status).toBe(201);
    const second = (await keep(owner, { name: 'Second' })).body;
    expect((await ask(owner, 'PATCH', `/views/${second.id}`, { name: 'größe' })).status).toBe(409);
    const size = await logSize(world);
    expect((await ask(owner, 'PATCH', `/views/${body.id}`, { name: 'Größe' })).body.version).toBe(1);
    expect(await logSize(world)).toBe(size);
  });

  it('P2: a shared view exists for who sees all its owner sees; nobody else changes it', async () => {
    const [mine, theirs] = [await addCustomer(world, `Mine ${engine}`), await addCustomer(world, `Theirs ${engine}`)];
    const owner = await person('technician', [mine]);
    const name = `Shared ${owner.id.slice(-8)}`;
    const { id } = (await keep(owner, { name, shared: true })).body;
    expect((await keep(owner, { name: 'Private' })).status).toBe(201);
    const colleague = await person('auditor', [mine, theirs]);
    expect(await namesFor(colleague)).toEqual([name]);
    expect(await namesFor(await person('auditor'))).toContain(name);
    for (const scope of [[theirs], []]) expect(await namesFor(await person('technician', scope))).not.toContain(name);
    const administrator = await person('administrator');
    for (const other of [colleague, await person('administrator', [mine]), administrator])
      expect((await ask(other, 'PATCH', `/views/${id}`, { name: 'Taken over' })).status).toBe(404);
    for (const other of [colleague, await person('administrator', [mine])])
      expect((await ask(other, 'DELETE', `/views/${id}`)).status).toBe(404);
    expect((await ask(owner, 'PATCH', `/views/${id}`, { shared: false })).body.shared).toBe(false);
    expect(await namesFor(colleague)).toEqual([]);
    expect((await ask(administrator, 'DELETE', `/views/${id}`)).status).toBe(404);
    await ask(owner, 'PATCH', `/views/${id}`, { shared: true });
    expect((await ask(administrator, 'DELETE', `/views/${id}`)).status).toBe(204);
  });

  it('P2: what somebody shared goes to nobody who saw less, whatever customers are taken from them afterwards', async () => {
    const [mine, theirs] = [await addCustomer(world, `Mine2 ${engine}`), await addCustomer(world, `Theirs2 ${engine}`)];
    const reader = await person('technician', [mine]);
    const ada = { cookie: await signIn(world), 'if-match': '*' };
    for (const scope of ['all', [mine, theirs]] as const) {
      const owner = await person('technician', scope);
      const name = `Theirs GmbH ${owner.id.slice(-8)}`;
      const { id } = (await keep(owner, { name, query: 'customer=Theirs+GmbH&q=falke', shared: true })).body;
      await keep(owner, { name: 'My own' });
      const limit = (customerIds: string[] | null) =>
        world.as(undefined)('PATCH', `/users/${owner.id}`, { customerIds }, ada);
      expect([(await limit([mine])).status, await namesFor(reader)]).toEqual([200, []]);
      const own: { name: string; shared: boolean; version: number }[] = (await ask(owner, 'GET', '/views')).body.items;
      const stand = own.map((view) => [view.name, view.shared, view.version]).sort();
      expect(stand).toEqual([
        ['My own', false, 1],
        [name, false, 2],
      ]); // M comes before T
      expect(await recordedOf(world, `view:${id}`)).toMatchObject([
        { action: 'view.created' },
        { action: 'view.updated', details: { name, changes: { shared: { old: true, new: false } } } },
      ]);
      // More customers again share nothing by themselves; what the owner shares anew is judged anew.
      await limit([mine, theirs]);
      expect(await namesFor(await person('technician', [mine, theirs]))).not.toContain(name);
    }
  });

  it('P2: other changes of a person, and more customers, leave shared what was', async () => {
    const [mine, theirs] = [await addCustomer(world, `Mine3 ${engine}`), await addCustomer(world, `Theirs3 ${engine}`)];
    const owner = await person('technician', [mine]);
    const { id } = (await keep(owner, { name: 'Kept', shared: true })).body;
    const ada = { cookie: await signIn(world), 'if-match': '*' };
    for (const body of [
      { name: 'Renamed' },
      { role: 'auditor' },
      { customerIds: [theirs, mine] },
      { customerIds: null },
    ])
      expect((await world.as(undefined)('PATCH', `/users/${owner.id}`, body, ada)).status).toBe(200);
    const { items } = (await ask(await person('technician'), 'GET', '/views')).body;
    expect(items).toContainEqual(expect.objectContaining({ id, shared: true, version: 1 }));
  });

  /** Views put straight into the table, as somebody has them from before there was a number. */
  const seedViews = (owner: Person, count: number, shared: 0 | 1, query = 'sort=code') =>
    insertRows(
      world,
      'saved_view',
      Array.from({ length: count }, (_, i) => {
        const name = `${shared ? 'shared' : 'own'} ${i}`;
        return { id: newId(world.app), owner_id: owner.id, list: 'keys' as const, name, name_f: name, query, shared };
      }),
    );
  const said = ({ status, body }: { status: number; body: { errors?: unknown } }) => [status, body.errors];

  it('S2: a person keeps a hundred views, twenty of them shared, and of two at once one is refused', async () => {
    const owner = await person();
    await seedViews(owner, 19, 1);
    const twentieth = await Promise.all(['A', 'B'].map((name) => keep(owner, { name, shared: true })));
    expect(twentieth.map(({ status }) => status).sort()).toEqual([201, 400]);
    const mostShared = [400, [{ pointer: '/shared', code: 'too_many_shared', params: { max: 20 } }]];
    expect(said(await keep(owner, { name: 'C', shared: true }))).toMatchObject(mostShared);
    const own = (await keep(owner, { name: 'C' })).body;
    expect(said(await ask(owner, 'PATCH', `/views/${own.id}`, { shared: true }))).toMatchObject(mostShared);
    await seedViews(owner, 78, 0);
    const hundredth = await Promise.all(['D', 'E'].map((name) => keep(owner, { name })));
    expect(hundredth.map(({ status }) => status).sort()).toEqual([201, 400]);
    const mostViews = [400, [{ pointer: '', code: 'too_many_views', params: { max: 100 } }]];
    expect(said(await keep(owner, { name: 'F', list: 'equipment', query: '' }))).toMatchObject(mostViews);
    expect((await ask(owner, 'DELETE', `/views/${own.id}`)).status).toBe(204);
    expect((await keep(owner, { name: 'F' })).status).toBe(201);
    expect((await keep(await person(), { name: 'F', shared: true })).status).toBe(201);
  });

  it('S2: who has more views from before keeps, reads, changes and deletes them', async () => {
    const owner = await person();
    await seedViews(owner, 100, 0);
    await seedViews(owner, 25, 1);
    const items: { id: string; mine: boolean; shared: boolean }[] = (await ask(owner, 'GET', '/views')).body.items;
    const mine = items.filter((view) => view.mine);
    expect(mine).toHaveLength(125);
    const path = `/views/${mine.find(({ shared }) => shared)?.id}`;
    expect((await ask(owner, 'PATCH', path, { name: 'Renamed', shared: true })).body).toMatchObject({ shared: true });
    expect((await ask(owner, 'PATCH', path, { shared: false })).status).toBe(200);
    expect((await ask(owner, 'PATCH', path, { shared: true })).status).toBe(400);
    expect((await ask(owner, 'DELETE', path)).status).toBe(204);
  });

  it.each([
    [{ query: `q=${licenseKey}` }, '/query', 'license_key_in_view'],
    [{ query: `q=${licenseKey.replaceAll('-', '+').toLowerCase()}` }, '/query', 'license_key_in_view'],
    [{ query: 'serialNumber=AB12CD34EF' }, '/query', 'license_key_in_view'],
    [{ list: 'equipment', query: `q=${licenseKey}` }, '/query', 'license_key_in_view'],
    [{ name: licenseKey }, '/name', 'license_key_in_view'],
    [{ query: 'nonsense=1' }, '/query', 'unknown_parameter'],
    [{ query: 'limit=5' }, '/query', 'unknown_parameter'],
    [{ list: 'audit', query: 'attributes.room=1' }, '/query', 'unknown_parameter'],
    [{ list: 'users' }, '/list', undefined],
    [{ name: '' }, '/name', undefined],
  ])('K16: %j is refused at its field, and nothing is kept', async (more, pointer, code) => {
    const owner = await person();
    const refused = await keep(owner, more);
    const fault = { pointer, ...(code !== undefined && { code }) };
    expect([refused.status, refused.body.errors]).toMatchObject([400, [fault]]);
    expect(JSON.stringify(refused.body).toUpperCase()).not.toContain('QW9TK');
    expect((await ask(owner, 'GET', '/views')).body.items.filter(({ mine }: { mine: boolean }) => mine)).toEqual([]);
  });

  it('a view is at most 2,000 characters long', async () => {
    expect((await keep(await person(), { query: `q=${'a'.repeat(2000)}` })).body.errors[0].pointer).toBe('/query');
  });

  it('K16: ids, serial numbers of units and attributes are no license keys', async () => {
    const owner = await person();
    const ids = '01a1e3a8-785b-7029-b430-9fcade2a0af6,01a20873-e558-7251-82db-d8d5b3abb6f6';
    for (const [i, more] of [
      { query: `ids=${ids}` },
      { list: 'assignments', query: `keyId=${ids}&state=all` },
      { list: 'equipment', query: 'q=C02XL0GYJGH5&attributes.room=A-101' },
      { list: 'audit', query: `equipmentId=${ids.slice(0, 36)}&action=applied&from=2026-01-01` },
    ].entries())
      expect((await keep(owner, { name: `View ${i}`, ...more })).status).toBe(201);
  });
});
