import { describe, expect, it } from 'vitest';
import { addPerson, send } from '../harness/actors.ts';
import { addUnit, applyTo } from '../harness/arrange.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

/** In every name and text of the other customer's records. */
const canary = 'ZqCanary';

describe.each(engines)('a key of another customer on a unit of mine, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, canary);
  await applyTo(world, theirs.keyId, { userName: `${canary} Anna`, remarks: `${canary} desk` });
  const lent = await applyTo(world, theirs.keyId, { equipmentId: mine.equipmentId, userName: 'Mine Berta' });
  const scope = [mine.customerId];
  const roles = ['administrator', 'technician', 'auditor'] as const;
  const people = await Promise.all(roles.map((role) => addPerson(world, { role, scope })));
  const [administrator, technician] = people;
  const get = async (path: string, who = people) => {
    const answers = await Promise.all(who.map(({ session }) => send(world, session, { method: 'GET', path })));
    for (const { text } of answers) expect([path, text]).toEqual([path, expect.not.stringContaining(canary)]);
    return JSON.parse(answers[0]?.text ?? '');
  };
  // Whoever is asked for below is there.
  const as = (person: typeof administrator, method: string, path: string, body?: unknown) =>
    send(world, person?.session ?? {}, { method, path, body, headers: { 'if-match': '*' } });
  // The product is told: it is what is installed there.
  const product = { name: 'Shared Suite', code: 'SHARED', manufacturer: 'Maker' };
  await world.admin('PATCH', `/products/${theirs.productId}`, product, { 'if-match': '*' });
  const namesNobody = (text: string) => expect(text).not.toContain(canary);

  it('S5: a key of theirs on my unit names nobody of theirs, nor its owner, license, orders, terms or remarks', async () => {
    for (const { session } of people)
      for (const path of [`/keys/${theirs.keyId}`, '/keys', `/keys/${theirs.keyId}/renewals`])
        namesNobody((await send(world, session, { method: 'GET', path })).text);
    const { text } = await as(technician, 'GET', `/keys/${theirs.keyId}`);
    const key = JSON.parse(text);
    expect(key.maskedKey).toMatch(/-[0-9A-F]{5}$/);
    expect(key).toMatchObject({ product: { id: theirs.productId, name: product.name }, keyType: 'permanent' });
    expect(key.assignments.map(({ id }: { id: string }) => id)).toEqual([lent.id]);
    expect(key).toMatchObject({ userName: 'Mine Berta', license: null, licenseId: null, customerId: null });
    for (const field of ['customer', 'code', 'serialNumber', 'purchaseDate', 'termsOfUse', 'remarks', 'replaces'])
      expect([field, key[field]]).toEqual([field, null]);
    expect(key.attributes).toEqual({});
    expect([key.seats, key.seatsTaken, key.status]).toEqual([1, 1, 'applied']);
    expect(text).not.toContain(theirs.customerId);
    expect(text).not.toContain(theirs.licenseId);
  });

  it('S5: no search, filter, sort or group of keys and assignments finds what is not shown', async () => {
    const asked = canary.toLowerCase();
    for (const query of [
      'userName=zqcanary%20anna',
      `licenseId=${theirs.licenseId}`,
      `customerId=${theirs.customerId}`,
      `equipmentId=${theirs.equipmentId}`,
      'seats=3',
      'seatsTakenFrom=2',
      'status=available',
    ])
      for (const list of ['keys', 'assignments'].slice(0, query.startsWith('s') || query.startsWith('l') ? 1 : 2)) {
        const { items } = await get(`/${list}?${query}`);
        const found = items.map((item: { id: string; key?: { id: string } }) => item.key?.id ?? item.id);
        expect([query, found]).toEqual([query, expect.not.arrayContaining([theirs.keyId])]);
      }
    for (const word of [`${asked} anna`, `${asked} desk`, `${asked} code`, `${asked} serial`, `${asked} remarks`])
      for (const list of ['keys', 'assignments', 'licenses', 'equipment'])
        expect([list, word, (await get(`/${list}?q=${encodeURIComponent(word)}`)).total]).toEqual([list, word, 0]);
    for (const field of ['userName', 'customer', 'customerId', 'licenseId', 'code', 'serialNumber', 'termsOfUse'])
      await get(`/keys?groupBy=${field}&sort=${field}`);
    for (const field of ['userName', 'customer', 'equipment', 'remarks']) await get(`/assignments?groupBy=${field}`);
    const { total } = await get(`/assignments?keyId=${theirs.keyId}&state=all`);
    expect(total).toBe(1);
  });

  it('S5: files of lists and the counts of products and licenses tell no more', async () => {
    for (const list of ['keys', 'assignments'])
      for (const { session } of people)
        namesNobody((await send(world, session, { method: 'GET', path: `/${list}/export?lang=en` })).text);
    const seen = JSON.parse((await as(administrator, 'GET', `/products/${theirs.productId}`)).text);
    expect(seen).toMatchObject({ keyCount: 1, freeKeyCount: 0, licenseCount: 0 });
  });

  it('P2: the seat of a key of theirs is told in no field, order, group, file or entry', async () => {
    for (const [index, person] of people.entries()) {
      const alone = [person];
      expect((await get(`/assignments/${lent.id}`, alone)).seat).toBe(null);
      expect((await get(`/keys/${theirs.keyId}`, alone)).assignments).toMatchObject([{ id: lent.id, seat: null }]);
      expect((await get(`/assignments?keyId=${theirs.keyId}&seat=${lent.seat}`, alone)).items).toEqual([]);
      const { groups } = await get(`/assignments?keyId=${theirs.keyId}&groupBy=seat`, alone);
      expect(groups.map(({ value }: { value: unknown }) => value)).toEqual([null]);
      const own = (await get(`/assignments/${mine.assignmentId}`, alone)).seat;
      expect([index, own]).toEqual([index, 1]);
      const { items } = await get('/assignments?sort=seat', alone);
      expect(items.map(({ id }: { id: string }) => id).sort()).toEqual([lent.id, mine.assignmentId].sort());
      const log = JSON.parse((await as(person, 'GET', `/audit?keyId=${theirs.keyId}`)).text).items;
      expect(log.map(({ details }: { details: object }) => 'seat' in details)).not.toContain(true);
      const about = (await get(`/audit?keyId=${mine.keyId}&action=key.applied`, alone)).items;
      expect(about[0].details.seat).toBe(1);
    }
    expect((await world.admin('GET', `/assignments/${lent.id}`)).body.seat).toBe(lent.seat);
  });

  it('P2: an earlier applied date does not tell when somebody of theirs had the seat', async () => {
    const { body: key } = await world.admin('POST', '/keys', {
      licenseKey: 'ZQZQZ-11111-22222-33333-98765',
      keyType: 'permanent',
      productId: theirs.productId,
      customerId: theirs.customerId,
    });
    const first = await applyTo(world, key.id, { userName: `${canary} Cid`, appliedOn: '2026-01-01' });
    await world.admin('DELETE', `/assignments/${first.id}`, undefined, { 'if-match': '*' });
    const removedOn = (await world.admin('GET', `/assignments/${first.id}`)).body.removedOn;
    const now = await applyTo(world, key.id, { equipmentId: mine.otherEquipmentId });
    const early = { appliedOn: '2026-01-02' };
    for (const person of [administrator, technician]) {
      const { status, text } = await as(person, 'PATCH', `/assignments/${now.id}`, early);
      expect([status, JSON.parse(text).code]).toEqual([409, 'applied_before_removal']);
      expect(text).not.toContain(removedOn);
    }
    const told = await world.admin('PATCH', `/assignments/${now.id}`, early, { 'if-match': '*' });
    expect(JSON.stringify(told.body)).toContain(removedOn);
    await world.admin('DELETE', `/assignments/${now.id}`, undefined, { 'if-match': '*' });
  });

  it('S5: nobody of mine changes, applies, renews, revokes, replaces, deletes or opens it to others', async () => {
    const before = (await world.admin('GET', `/keys/${theirs.keyId}`)).body;
    const otherUnit = await addUnit(world, 'Mine other', { customerId: mine.customerId });
    const { keyId } = theirs;
    for (const [method, path, body] of [
      ['PATCH', `/keys/${keyId}`, { remarks: 'taken' }],
      ['DELETE', `/keys/${keyId}`, undefined],
      ['POST', `/keys/${keyId}/assignments`, { equipmentId: otherUnit }],
      ['POST', `/keys/${keyId}/assignments`, { userName: 'Mine Carla' }],
      ['POST', `/keys/${keyId}/renewal`, { validityEnd: '2030-01-01' }],
      ['POST', `/keys/${keyId}/revocation`, { reason: 'mine', removeAssignments: true }],
      ['POST', '/revocations', { keyIds: [keyId], reason: 'mine', removeAssignments: true }],
      ['POST', '/renewals', { keyIds: [keyId], validityEnd: '2030-01-01' }],
      ['POST', `/keys/${keyId}/reinstatement`, { reason: 'mine' }],
      ['POST', `/keys/${keyId}/replacement`, { licenseKey: 'MINE1-MINE2-MINE3-MINE4-MINE5', reason: 'mine' }],
    ] as const) {
      const { status, text } = await as(administrator, method, path, body);
      expect([path, status]).toEqual([path, 403]);
      namesNobody(text);
    }
    expect((await world.admin('GET', `/keys/${keyId}`)).body).toEqual(before);
  });

  it('S5: it is taken off my unit and moved to another of mine as ever, and its entries say whose it was', async () => {
    const target = await addUnit(world, 'Mine target', { customerId: mine.customerId });
    const moved = await as(technician, 'POST', `/equipment/${mine.equipmentId}/transfer`, { toEquipmentId: target });
    expect(moved.status).toBe(200);
    namesNobody(moved.text);
    const entries = await recordedOf(world, `key:${theirs.keyId}`);
    const last = entries.filter(({ action }) => action === 'key.applied').at(-1);
    expect(last?.details).toMatchObject({ userName: 'Mine Berta', equipment: 'Mine target' });
    const back = await as(technician, 'POST', `/equipment/${target}/recovery`, {});
    expect(back.status).toBe(200);
    expect((await as(technician, 'GET', `/keys/${theirs.keyId}`)).status).toBe(404);
  });
});

describe.each(engines)('people of another customer on keys of mine, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, canary);
  const person = await addPerson(world, { role: 'administrator', scope: [mine.customerId] });
  const ask = (method: string, path: string, body?: unknown) =>
    send(world, person.session, { method, path, body, headers: { 'if-match': '*' } });

  it('S5: a license of theirs behind a key of mine is not named, nor its order, terms and purchase date', async () => {
    const changed = await world.admin(
      'PATCH',
      `/keys/${mine.freeKeyId}`,
      { licenseId: theirs.licenseId, termsOfUse: null },
      { 'if-match': '*' },
    );
    expect(changed.body.license.name).toContain(canary);
    for (const path of [`/keys/${mine.freeKeyId}`, `/keys?ids=${mine.freeKeyId}`, '/keys?groupBy=licenseId']) {
      const { text } = await ask('GET', path);
      expect(text).not.toContain(canary);
      expect(text).not.toContain(theirs.licenseId);
    }
    expect(JSON.parse((await ask('GET', `/keys?licenseId=${theirs.licenseId}`)).text).total).toBe(0);
  });
});

describe.each(engines)('a key of another customer that was on a unit of mine, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const lent = await applyTo(world, theirs.keyId, { equipmentId: mine.equipmentId });
  await world.admin('DELETE', `/assignments/${lent.id}`, undefined, { 'if-match': '*' });
  await world.admin('PATCH', `/keys/${theirs.keyId}`, { productName: `${canary} Falcon` }, { 'if-match': '*' });
  const { session } = await addPerson(world, { role: 'administrator', scope: [mine.customerId] });

  it('S5: a refusal to delete the unit says of it what it was when it was removed', async () => {
    const request = { method: 'DELETE', path: `/equipment/${mine.equipmentId}`, headers: { 'if-match': '*' } };
    const refused = await send(world, session, request);
    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.text).heldBy.map(({ id }: { id: string }) => id)).toContain(lent.id);
    expect(refused.text).not.toContain(canary);
  });
});

describe.each(engines)('files of somebody of some customers, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, canary);
  await applyTo(world, theirs.keyId, { userName: 'Anna Guessed' });
  await applyTo(world, theirs.keyId, { equipmentId: mine.equipmentId });
  const person = await addPerson(world, { role: 'administrator', scope: [mine.customerId] });
  const bring = async (kind: string, text: string) => {
    const body = new FormData();
    body.set('file', new File([text], 'x.csv'));
    body.set('kind', kind);
    body.set('dryRun', 'true');
    return JSON.parse((await send(world, person.session, { method: 'POST', path: '/imports', body })).text);
  };

  it('S5: a file does not tell who else has a key: a guessed holder reads like any other', async () => {
    const outcomes = [];
    for (const name of ['Anna Guessed', 'Nobody Guessed']) {
      const answer = await bring('assignments', `License Key,User Name\n${theirs.licenseKey},${name}\n`);
      outcomes.push([
        answer.status,
        answer.outcomes.map(({ outcome, id }: { outcome: string; id: string }) => [outcome, id]),
      ]);
      expect(JSON.stringify(answer)).not.toContain(canary);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
  });
});
