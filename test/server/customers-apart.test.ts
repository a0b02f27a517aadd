import { randomUUID } from 'node:crypto';
import readXlsx from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allEndpoints } from '../../src/contract/api.ts';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { mayRole, ruleFor } from '../../src/domain/permissions.ts';
import { exportColumns } from '../../src/server/exports/columns.ts';
import { newId } from '../../src/server/ids.ts';
import type { ListName } from '../../src/server/list/sources.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addKey, applyTo } from '../harness/arrange.ts';
import { addCustomerWorld, type CustomerWorld } from '../harness/customer-world.ts';
import { bodyOf, nameOf, pathOf } from '../harness/endpoint-calls.ts';
import { insertRows } from '../harness/seed.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

/** In every name and text of the other customer's records; requests spell it in small letters. */
const canary = 'ZqCanary';
const asked = canary.toLowerCase();

describe.each(engines)('the worlds of two customers on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, canary);
  // One of my keys is on a unit of theirs as well: the assignment exists for me, who holds it does not.
  const shared = { equipmentId: theirs.equipmentId, userName: `${canary} holder`, remarks: `${canary} remark` };
  const { id: sharedId } = await applyTo(world, mine.keyId, shared);
  // And the mirror of it: their key on my unit, their people on keys of both, their license behind a key of mine.
  const reach = await addReach(world, mine, theirs);
  const scope = [mine.customerId];
  const signedIn = await Promise.all(
    (['administrator', 'technician', 'auditor'] as const).map((role) => addPerson(world, { role, scope })),
  );
  const byToken = await addPerson(world, { role: 'administrator', scope });
  const people = [...signedIn, { ...byToken, session: byToken.token }];
  await shareViews(world, theirs);
  const everybody = await addPerson(world, { role: 'administrator', scope: 'all' });
  const administrator = people[0] as Person; // the first of four
  const ofTheirs = Object.values(theirs).filter((id): id is string => typeof id === 'string');
  const foreign = [...ofTheirs, reach.goneProductId];

  /** Nothing of the other customer's stands in an answer that did not stand in the request. */
  function judge(text: string, about: string): void {
    expect(text, about).not.toContain(canary);
    for (const id of foreign) if (!about.includes(id)) expect(text, about).not.toContain(id);
  }

  async function ask(person: Person, method: string, path: string, body?: unknown): Promise<string> {
    const headers = { 'if-match': '*' };
    const answer = await send(world, person.session, { method, path, body, headers });
    judge(answer.text, `${person.role} ${method} ${path} ${JSON.stringify(body ?? '')}`);
    expect(answer.status).toBeLessThan(500);
    return answer.text;
  }

  it('P2: my key on another customer’s unit has an assignment without unit, user and remarks', async () => {
    const { assignments, seatsTaken } = JSON.parse(await ask(administrator, 'GET', `/keys/${mine.keyId}`));
    expect([assignments.length, seatsTaken]).toEqual([2, 2]);
    const assignment = JSON.parse(await ask(administrator, 'GET', `/assignments/${sharedId}`));
    expect(assignment).toMatchObject({ id: sharedId, equipment: null, userName: null, remarks: null, customer: null });
  });

  it('P2: all of it is there for people of all customers', async () => {
    for (const { path, permission, list } of reads.filter((endpoint) => endpoint.list && !endpoint.list.isWhole))
      if (permission !== 'people.read')
        expect(
          (
            await send(world, everybody.session, {
              method: 'GET',
              path: `${path}?q=${asked}&sort=${list?.defaultSort}`,
            })
          ).text,
          path,
        ).toContain(permission === 'audit.read' ? '"total":0' : canary);
  });

  const reads = allEndpoints.filter(({ method, permission }) => method === 'GET' && permission !== 'public');
  // What a role may is decided before either engine is asked: of one of them each statement is enough.
  const readers = engine === 'sqlite' ? people : [administrator];
  const readersOf = ({ permission }: Endpoint) =>
    readers.filter(({ role }) => permission !== 'public' && mayRole(role, permission));

  it.each(reads.filter(({ list }) => list && !list.isWhole).map((endpoint) => ({ name: nameOf(endpoint), endpoint })))(
    'P2: $name tells nothing of another customer in any filter, sort, group or search (security 20)',
    async ({ endpoint }) => {
      const { path, list } = endpoint;
      const queries = ['', `q=${asked}`, 'q=zq', ...foreign.slice(0, 8).map((id) => `q=${id}`)];
      for (const name of Object.keys(list?.fields ?? {})) {
        queries.push(`sort=${name}`, `sort=-${name}`, `groupBy=${name}`, `groupBy=${name}&q=${asked}`);
        queries.push(`${name}=${asked}`, ...(/id$/i.test(name) ? foreign.map((id) => `${name}=${id}`) : []));
      }
      for (const extra of Object.keys(list?.extra ?? {})) queries.push(`${extra}=all`, `${extra}=${theirs.keyId}`);
      // What was removed is asked for in every one of these ways as well.
      if (list?.extra?.state) queries.push(...queries.map((query) => `state=all&${query}`));
      for (const person of readersOf(endpoint))
        for (const query of queries) {
          const answer = JSON.parse(await ask(person, 'GET', `${path}?${query}`));
          if (new RegExp(`=(${asked}|${foreign.join('|')})$`).test(query) && answer.items)
            expect([query, answer.total]).toEqual([query, 0]);
        }
    },
  );

  it.each(reads.filter(({ list }) => list?.isWhole).map((endpoint) => ({ name: nameOf(endpoint), endpoint })))(
    'P2, X3: $name holds nothing of another customer, in CSV and in XLSX (security 20)',
    async ({ endpoint }) => {
      const name = endpoint.path.split('/')[1] as ListName; // the address is the list's name
      const { identity, shown, onRequest } = exportColumns[name];
      const columns = Object.keys({ ...identity, ...shown, ...onRequest }).join(',');
      for (const person of readersOf(endpoint)) {
        const all = name === 'assignments' ? '&state=all' : '';
        await ask(person, 'GET', `${endpoint.path}?columns=${columns}&lang=de${all}`);
        await ask(person, 'GET', `${endpoint.path}?q=${asked}${all}`);
        const { body } = await world.http.request(`/api/v1${endpoint.path}?format=xlsx&columns=${columns}${all}`, {
          headers: person.session,
        });
        const sheets = await readXlsx(Buffer.from(await new Response(body).arrayBuffer()));
        judge(JSON.stringify(sheets), `${endpoint.path} as XLSX`);
      }
    },
  );

  it('P2: no other read tells anything of another customer, named by its id or not', async () => {
    for (const endpoint of reads.filter(({ list }) => !list)) {
      for (const person of readersOf(endpoint))
        for (const id of endpoint.path.includes('{') ? [...foreign, String(theirs.idx), ...reach.ids] : [''])
          await ask(person, 'GET', endpoint.path.replace(/\{\w+\}/, id));
    }
  });

  it('P2, S5: what reaches into my customers shows of itself what it must, and nothing of whose it is', async () => {
    const key = JSON.parse(await ask(administrator, 'GET', `/keys/${reach.lentId}`));
    expect(key).toMatchObject({ elsewhere: true, product: { name: 'Shared Suite' }, userName: 'Mine Berta', seats: 1 });
    const own = JSON.parse(await ask(administrator, 'GET', `/keys/${reach.ownId}`));
    expect(own).toMatchObject({ elsewhere: false, license: null, termsOfUse: null, userName: null, seatsTaken: 1 });
    for (const person of people) {
      const views = JSON.parse(await ask(person, 'GET', '/views'));
      if (views.items) expect(views.items).toEqual([]);
    }
  });

  it('P2, S5: a past assignment says of a key that is not mine to see what was said when it was removed', async () => {
    for (const person of people) {
      expect(JSON.parse(await ask(person, 'GET', `/keys/${reach.goneId}`))).toMatchObject({ status: 404 });
      for (const past of reach.past) {
        const { key } = JSON.parse(await ask(person, 'GET', `/assignments/${past.id}`));
        const product = { id: null, name: 'Plain Suite' };
        expect(key).toEqual({ id: reach.goneId, maskedKey: past.maskedKey, delivery: null, product });
      }
    }
  });

  it('P2, S5: what became of that key and its product cannot be searched out, sorted or counted by', async () => {
    const tail = reach.past[0]?.maskedKey.slice(-5) ?? '';
    const oracles = [
      'q=plain',
      `q=${tail}`,
      `maskedKey=${tail}`,
      `productId=${theirs.productId}`,
      'product=Plain+Suite',
    ];
    for (const person of people) {
      const totalOf = async (query: string) =>
        JSON.parse(await ask(person, 'GET', `/assignments?state=removed&${query}`)).total;
      for (const oracle of [...oracles, `product=${asked}`, `productId=${reach.goneProductId}`])
        expect([oracle, await totalOf(oracle)]).toEqual([oracle, 0]);
      // A key without a product that is told is in the group, and in the filter, of those that have none.
      expect(await totalOf('productId=')).toBe(reach.past.length);
      const { groups } = JSON.parse(await ask(person, 'GET', '/assignments?state=removed&groupBy=product'));
      expect(groups).toContainEqual({ value: null, label: '', count: reach.past.length });
    }
  });

  it('P2, S5: a key that came from theirs tells nothing of what it was there', async () => {
    const { customerId, productId, otherEquipmentId: equipmentId } = theirs;
    const term = { keyType: 'subscription', validityStart: '2026-01-01', validityEnd: '2027-01-01' };
    const { id } = await addKey(world, { productId, customerId, ...term, seats: 2 });
    const { id: gone } = await applyTo(world, id, { equipmentId });
    const { id: kept } = await applyTo(world, id, { customerId, userName: `${canary} holder` });
    const byAll = async (method: string, path: string, body?: object) =>
      expect((await world.admin(method, path, body, { 'if-match': '*' })).status, path).toBeLessThan(300);
    const minuteLater = () => world.clock.set(new Date(world.clock.now().getTime() + 60_000).toISOString());
    const renew = (reference: string) => ({ keyIds: [id], extendBy: 'P1Y', reference });
    await byAll('DELETE', `/assignments/${gone}`);
    await byAll('POST', '/renewals', renew(`${canary} order`));
    minuteLater();
    await byAll('PATCH', `/keys/${id}`, { customerId: mine.customerId, productName: 'Plain Suite', remarks: null });
    minuteLater();
    await byAll('POST', '/renewals', renew('of mine'));
    const past = '/assignments?state=all&keyId=';
    const told = async (text: Promise<string>) => JSON.parse(await text).items;
    for (const person of people) {
      expect(await told(ask(person, 'GET', `/keys/${id}/renewals`))).toMatchObject([{ reference: 'of mine' }]);
      // A seat is taken, which is told; what was over before is not.
      expect(await told(ask(person, 'GET', `${past}${id}`))).toMatchObject([
        { id: kept, customer: null, userName: null },
      ]);
      expect(JSON.parse(await ask(person, 'GET', `/assignments/${gone}`)).status).toBe(404);
    }
    const whole = async (path: string) => (await world.admin('GET', path)).body.items.length;
    expect([await whole(`/keys/${id}/renewals`), await whole(`${past}${id}`)]).toEqual([2, 2]);
  });

  it('P2, S5: how often their key is assigned is not told by how many more of mine one may revoke', async () => {
    const { id } = await addKey(world, { customerId: mine.customerId, productName: 'Plain Suite', seats: 1001 });
    const held = (seat: number) => ({
      ...{ id: newId(world.app), key_id: id, seat, equipment_id: null, customer_id: mine.customerId, remarks: '' },
      ...{ user_name: `U${seat}`, user_f: `u${seat}`, remarks_f: '', applied_on: '2026-11-20' },
      ...{ applied_at: '2026-11-20T10:00:00.000Z', applied_by: world.adminId },
    });
    const revoke = async (...keyIds: string[]) => {
      const body = { keyIds, reason: 'r', removeAssignments: true };
      const { status, code } = JSON.parse(await ask(administrator, 'POST', '/revocations', body));
      return [status, code];
    };
    let seats = 0;
    for (const upTo of [998, 999, 1000]) {
      await insertRows(
        world,
        'assignment',
        Array.from({ length: upTo - seats }, (_, i) => held(seats + i + 1)),
      );
      seats = upTo;
      expect([upTo, await revoke(id, theirs.keyId)]).toEqual([upTo, await revoke(id, newId(world.app))]);
    }
  });

  it('P2, S5: where my key was at theirs is not told when the unit is mine later', async () => {
    const { unitId, assignmentId } = reach.came;
    const assignment = JSON.parse(await ask(administrator, 'GET', `/assignments/${assignmentId}`));
    expect(assignment).toMatchObject({ equipment: null, customer: null });
    for (const query of [`equipmentId=${unitId}`, 'equipment=Came+along', 'q=came+along']) {
      const { total } = JSON.parse(await ask(administrator, 'GET', `/assignments?state=all&${query}`));
      expect([query, total]).toEqual([query, 0]);
    }
    const { groups } = JSON.parse(await ask(administrator, 'GET', '/assignments?state=all&groupBy=equipmentId'));
    expect(groups).not.toContainEqual(expect.objectContaining({ value: unitId }));
  });

  it('P2, S13: evidence of my unit says nothing of the key of theirs that was on it and is deleted', async () => {
    const body = { equipmentId: mine.equipmentId };
    const evidence = await send(world, administrator.session, { method: 'POST', path: '/audit/export', body });
    expect([evidence.status, evidence.text.includes(canary)]).toEqual([200, false]);
    expect(evidence.text).toContain('"withheld":true');
  });

  it('P2: nobody of mine changes what only reaches into my customers, and no refusal tells of it', async () => {
    const before = await stateOf(world, theirs, reach);
    const { lentId, sharedProductId } = reach;
    const tries: [string, string, unknown?][] = [
      ['PATCH', `/keys/${lentId}`, { remarks: 'mine' }],
      ['PATCH', `/keys/${lentId}`, { customerId: mine.customerId }],
      ['DELETE', `/keys/${lentId}`],
      ['POST', `/keys/${lentId}/assignments`, { equipmentId: mine.otherEquipmentId }],
      ['POST', `/keys/${lentId}/assignments`, { userName: 'Mine Carla', customerId: mine.customerId }],
      ['POST', `/keys/${lentId}/renewal`, { validityEnd: '2031-01-01' }],
      ['POST', `/keys/${lentId}/revocation`, { reason: 'mine', removeAssignments: true }],
      ['POST', `/keys/${lentId}/replacement`, { licenseKey: 'REACH-REACH-REACH-REACH-12345', reason: 'mine' }],
      ['POST', '/revocations', { keyIds: [lentId], reason: 'mine', removeAssignments: true }],
      ['POST', '/renewals', { keyIds: [lentId], validityEnd: '2031-01-01' }],
      ['POST', `/keys/${reach.ownId}/replacement`, { licenseKey: 'REACH-REACH-REACH-REACH-12346', reason: 'mine' }],
      ['PATCH', `/products/${sharedProductId}`, { name: 'Mine now' }],
      ['PATCH', `/products/${sharedProductId}`, { archived: true }],
      ['DELETE', `/products/${sharedProductId}`],
      ['PATCH', `/assignments/${reach.personOnOwnId}`, { remarks: 'mine' }],
      ['DELETE', `/assignments/${reach.personOnLentId}`],
    ];
    for (const person of people.filter(({ role }) => role !== 'auditor'))
      for (const [method, path, body] of tries) {
        const headers = { 'if-match': '*' };
        const answer = await send(world, person.session, { method, path, body, headers });
        judge(answer.text, `${person.role} ${method} ${path} ${JSON.stringify(body ?? '')}`);
        expect([method, path, answer.status >= 400]).toEqual([method, path, true]);
      }
    expect(await stateOf(world, theirs, reach)).toEqual(before);
  });

  it('P2, K4, E2: a refusal because of another customer’s record names nothing of it', async () => {
    const unit = (await world.admin('GET', `/equipment/${theirs.equipmentId}`)).body;
    const product = (await world.admin('GET', `/products/${theirs.productId}`)).body;
    const customer = (await world.admin('GET', `/customers/${theirs.customerId}`)).body;
    const { customerId, productId } = mine;
    const key = { keyType: 'permanent', customerId, productId };
    const taken: [string, string, object, string][] = [
      [
        'POST',
        '/equipment',
        { name: 'x', customerId, serialNumber: unit.serialNumber.toLowerCase() },
        'serial_number_taken',
      ],
      [
        'PATCH',
        `/equipment/${mine.equipmentId}`,
        { serialNumber: unit.serialNumber.toLowerCase() },
        'serial_number_taken',
      ],
      ['POST', '/keys', { ...key, licenseKey: theirs.licenseKey.toLowerCase() }, 'license_key_taken'],
      ['POST', '/keys/batch', { keys: [{ ...key, licenseKey: theirs.licenseKey }] }, 'license_key_taken'],
      [
        'POST',
        `/keys/${mine.freeKeyId}/replacement`,
        { licenseKey: theirs.licenseKey, reason: 'r' },
        'license_key_taken',
      ],
      ['PATCH', `/products/${productId}`, { name: product.name.toLowerCase() }, 'name_taken'],
      ['PATCH', `/customers/${customerId}`, { name: customer.name.toLowerCase() }, 'name_taken'],
    ];
    for (const [method, path, body, code] of taken)
      expect(JSON.parse(await ask(administrator, method, path, body))).toMatchObject({ code });
    expect(JSON.parse(await ask(administrator, 'POST', '/keys/lookup', { licenseKey: theirs.licenseKey }))).toEqual({
      items: [],
    });
  });

  it('P2: an id of another customer’s record in any body answers like one nobody has (security 21)', async () => {
    const ids = { ...mine, keyId: mine.freeKeyId, attributeId: randomUUID(), userId: randomUUID() };
    const tried: string[] = [];
    for (const endpoint of allEndpoints)
      for (const field of idFieldsOf(endpoint)) {
        const refusalOf = async (id: string) => {
          const body = withField(bodyOf(endpoint, ids), field, id);
          const text = await ask(administrator, endpoint.method, pathOf(endpoint, ids), body);
          const { status, code, detail } = JSON.parse(text);
          return { status, code, detail };
        };
        const refused = await refusalOf(String(theirs[recordOf(field)]));
        expect({ ...refused, name: nameOf(endpoint), field }).toMatchObject({ status: 404, code: 'not_found' });
        expect(refused).toEqual(await refusalOf(randomUUID()));
        tried.push(`${nameOf(endpoint)} ${field}`);
      }
    expect(tried.length).toBeGreaterThan(20);
  });

  it('P2, K4: a key of another customer cannot be named as the one that is spelled alike', async () => {
    const { customerId, productId } = mine;
    const body = { keyType: 'permanent', customerId, productId, licenseKey: theirs.licenseKey.toLowerCase() };
    for (const allowSimilarTo of [theirs.keyId, randomUUID()])
      expect(JSON.parse(await ask(administrator, 'POST', '/keys', { ...body, allowSimilarTo }))).toMatchObject({
        code: 'not_found',
      });
  });
});

type Reach = {
  sharedProductId: string;
  /** Their key on my unit. */
  lentId: string;
  /** My key with a license of theirs, and with a person of theirs. */
  ownId: string;
  personOnOwnId: string;
  personOnLentId: string;
  /** Theirs, on a unit and with a person of mine once; its product was Plain Suite then, and is another since. */
  goneId: string;
  goneProductId: string;
  past: { id: string; maskedKey: string }[];
  /** A unit that was theirs when a key of mine was on it, and is mine now. */
  came: { unitId: string; assignmentId: string };
  /** What is mine to see of it. */
  ids: string[];
};

/** Puts records of theirs where they reach into mine, a canary in every text of each. */
async function addReach(world: World, mine: CustomerWorld, theirs: CustomerWorld): Promise<Reach> {
  const anyVersion = { 'if-match': '*' };
  const made = async (method: string, path: string, body?: unknown) => {
    const answer = await world.admin(method, path, body, anyVersion);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const shared = await made('POST', '/products', { name: 'Shared Suite', code: 'SHARED' });
  const texts = { code: `${canary} c`, serialNumber: `${canary} s`, termsOfUse: `${canary} t`, remarks: `${canary} r` };
  const dates = { keyType: 'subscription', validityEnd: '2027-12-31', purchaseDate: '2026-01-02', seats: 5 };
  const licensed = { productId: shared.id, licenseId: theirs.licenseId };
  const lent = await addKey(world, { ...licensed, ...texts, ...dates, customerId: theirs.customerId });
  await made('POST', `/keys/${lent.id}/renewal`, { validityEnd: '2028-12-31', reference: `${canary} order` });
  const person = { userName: `${canary} person`, remarks: `${canary} desk`, customerId: theirs.customerId };
  const personOnLent = await made('POST', `/keys/${lent.id}/assignments`, person);
  await made('POST', `/keys/${lent.id}/assignments`, { equipmentId: theirs.otherEquipmentId, ...person });
  await applyTo(world, lent.id, { equipmentId: mine.equipmentId, userName: 'Mine Berta' });
  const own = await addKey(world, { ...licensed, ...dates, purchaseDate: null, customerId: mine.customerId });
  const personOnOwn = await made('POST', `/keys/${own.id}/assignments`, person);
  const deleted = await addKey(world, { ...licensed, ...texts, customerId: theirs.customerId });
  const past = await applyTo(world, deleted.id, { equipmentId: mine.equipmentId });
  await made('DELETE', `/assignments/${past.id}`);
  await made('DELETE', `/keys/${deleted.id}`);
  const gone = await addGone(made, world, mine, theirs);
  const came = await addCame(made, world, own.id, mine, theirs);
  return {
    ...gone,
    came,
    sharedProductId: shared.id,
    lentId: lent.id,
    ownId: own.id,
    personOnOwnId: personOnOwn.id,
    personOnLentId: personOnLent.id,
    ids: [
      ...[lent.id, own.id, shared.id, personOnOwn.id, personOnLent.id, mine.equipmentId, mine.keyId],
      ...[gone.goneId, ...gone.past.map(({ id }) => id), came.assignmentId],
    ],
  };
}

type Make = (method: string, path: string, body?: unknown) => Promise<Answer['body']>;

/** A key of theirs that was with mine, and what became of it afterwards. */
async function addGone(made: Make, world: World, mine: CustomerWorld, theirs: CustomerWorld) {
  const product = await made('POST', '/products', { name: 'Plain Suite' });
  const key = await addKey(world, { productId: product.id, customerId: theirs.customerId, seats: 2 });
  const onUnit = await applyTo(world, key.id, { equipmentId: mine.equipmentId });
  const byPerson = await applyTo(world, key.id, { userName: 'Mine Dora', customerId: mine.customerId });
  for (const { id } of [onUnit, byPerson]) await made('DELETE', `/assignments/${id}`);
  const texts = { name: `${canary} gone`, code: `${canary} g`, manufacturer: `${canary} m` };
  await made('PATCH', `/products/${product.id}`, texts);
  const past = [onUnit, byPerson].map(({ id }) => ({ id, maskedKey: key.maskedKey }));
  return { goneId: key.id, goneProductId: product.id, past };
}

/** A unit that comes from theirs to mine, after a key of mine was on it. */
async function addCame(made: Make, world: World, keyId: string, mine: CustomerWorld, theirs: CustomerWorld) {
  const unit = await made('POST', '/equipment', { name: 'Came along', customerId: theirs.customerId });
  const { id } = await applyTo(world, keyId, { equipmentId: unit.id });
  await made('DELETE', `/assignments/${id}`);
  await made('PATCH', `/equipment/${unit.id}`, { customerId: mine.customerId });
  return { unitId: unit.id, assignmentId: id };
}

/** Views that people of theirs, and of all customers, share. */
async function shareViews(world: World, theirs: CustomerWorld): Promise<void> {
  for (const scope of [[theirs.customerId], 'all'] as const) {
    const { session } = await addPerson(world, { role: 'technician', scope });
    const body = { list: 'keys', name: `${canary} view`, query: `q=${asked}`, shared: true };
    expect((await send(world, session, { method: 'POST', path: '/views', body })).status).toBe(201);
  }
}

/** What must be as it was after somebody has tried to change it. */
async function stateOf(world: World, theirs: CustomerWorld, reach: Reach): Promise<unknown[]> {
  const paths = [`/keys/${reach.lentId}`, `/keys/${theirs.keyId}`, `/products/${reach.sharedProductId}`];
  const all = [...paths, `/assignments/${reach.personOnOwnId}`, `/assignments/${reach.personOnLentId}`];
  return Promise.all(all.map(async (path) => (await world.admin('GET', path)).body));
}

/** The fields of a body that name records by id, as its schema tells; what is for people of all customers is left out. */
function idFieldsOf({ body, permission, bodyType }: Endpoint): string[] {
  if (!body || permission === 'public' || bodyType === 'multipart' || ruleFor(permission).wide) return [];
  const schema = JSON.stringify(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }));
  return [...new Set([...schema.matchAll(/"(\w+(?:Ids?|SimilarTo))":/g)].map((match) => match[1] ?? ''))];
}

const records: Record<string, keyof CustomerWorld> = {
  customerId: 'customerId',
  productId: 'productId',
  licenseId: 'licenseId',
  keyId: 'keyId',
  allowSimilarTo: 'keyId',
  equipmentId: 'equipmentId',
  toEquipmentId: 'equipmentId',
};

function recordOf(field: string): keyof CustomerWorld {
  const record = records[field.replace(/s$/, '')];
  if (!record) throw new Error(`say here what ${field} names`);
  return record;
}

/** The sample with one id in the place of its own; a batch has it in its first line. */
function withField(sample: unknown, field: string, id: string): unknown {
  const value = field.endsWith('s') ? [id] : id;
  const body = sample as Record<string, unknown>; // no form among these
  if (Array.isArray(body.keys)) return { keys: [{ ...body.keys[0], [field]: value }] };
  return { ...body, [field]: value };
}
