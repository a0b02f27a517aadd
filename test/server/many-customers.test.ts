import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { mayRole } from '../../src/domain/permissions.ts';
import { addPerson, send } from '../harness/actors.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { nameOf } from '../harness/endpoint-calls.ts';
import { seedCustomers } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

/** As many as a person can be limited to. */
const most = 10_000;

describe.each(engines)('somebody of ten thousand customers on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const others = await seedCustomers(
    world,
    Array.from({ length: most - 1 }, (_, i) => `Customer ${i}`),
  );
  const scope = [...others, mine.customerId];
  const auditor = await addPerson(world, { role: 'auditor', scope });
  const administrator = await addPerson(world, { role: 'administrator', scope });
  const foreign = Object.values(theirs).filter((id): id is string => typeof id === 'string');
  const ask = async (path: string, person = auditor) => {
    const answer = await send(world, person.session, { method: 'GET', path });
    expect([path, answer.status]).toEqual([path, 200]);
    for (const id of foreign) expect([path, answer.text.includes(id)]).toEqual([path, false]);
    return answer.text;
  };

  const lists = allEndpoints.filter(
    ({ method, list, permission }) =>
      method === 'GET' && list && permission !== 'public' && mayRole('auditor', permission),
  );

  it.each(lists.map((endpoint) => ({ name: nameOf(endpoint), endpoint })))(
    'P2: $name is answered, searched and grouped, with their customers’ records and no others',
    async ({ endpoint: { path, list } }) => {
      await ask(`${path}?q=theirs`);
      if (list?.isWhole) return;
      await ask(`${path}?sort=${list?.defaultSort ?? ''}`);
      for (const groupBy of ['productId', 'equipmentId', 'customerId'])
        if (list?.fields[groupBy]) await ask(`${path}?groupBy=${groupBy}`);
    },
  );

  it('P2: pages of records, and what is limited beside them, are answered', async () => {
    const paths = [`/keys/${mine.keyId}`, `/assignments/${mine.assignmentId}`, `/products/${mine.productId}`];
    for (const path of [...paths, `/licenses/${mine.licenseId}`, `/equipment/${mine.equipmentId}`])
      expect(await ask(path)).toContain('Mine');
    expect(JSON.parse(await ask(`/keys?customerId=${mine.customerId}`)).total).toBe(2);
    expect(JSON.parse(await ask('/keys?q=theirs')).total).toBe(0);
    await ask('/users');
    await ask('/views');
    for (const id of [theirs.keyId, theirs.equipmentId])
      expect((await send(world, auditor.session, { method: 'GET', path: `/keys/${id}` })).status).toBe(404);
  });

  it('P2: they apply a key, and remove it', async () => {
    const { freeKeyId, otherEquipmentId: equipmentId } = mine;
    const path = `/keys/${freeKeyId}/assignments`;
    const headers = { 'if-match': '*' };
    const made = await send(world, administrator.session, { method: 'POST', path, body: { equipmentId }, headers });
    expect(made.status).toBe(201);
    const { id } = JSON.parse(made.text);
    const gone = await send(world, administrator.session, { method: 'DELETE', path: `/assignments/${id}`, headers });
    expect(gone.status).toBe(204);
    const body = { equipmentId: theirs.equipmentId };
    expect((await send(world, administrator.session, { method: 'POST', path, body, headers })).status).toBe(404);
  });
});
