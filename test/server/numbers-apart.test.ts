import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { isGroupable } from '../../src/contract/list.ts';
import { mayRole } from '../../src/domain/permissions.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addKey, applyTo } from '../harness/arrange.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const lists = allEndpoints.filter(
  ({ method, path, permission, list }) =>
    method === 'GET' && list && !list.isWhole && !/^.(users|audit)/.test(path) && permission !== 'public',
);

describe.each(engines)('what changes about a key of others that is on a unit of mine, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const { admin } = world;
  const done = ({ status, body }: Answer): Answer['body'] => {
    if (status >= 300) throw new Error(JSON.stringify(body));
    return body;
  };
  // Theirs on my unit, with a rival of each sort order beside it; mine on a unit of theirs.
  const lent = await addKey(world, { customerId: theirs.customerId, productId: mine.productId, seats: 2, code: 'M' });
  await applyTo(world, lent.id, { equipmentId: mine.equipmentId });
  const away = await addKey(world, { customerId: mine.customerId, productId: mine.productId, seats: 2 });
  await applyTo(world, away.id, { equipmentId: theirs.equipmentId, userName: 'Theirs one', remarks: 'b' });
  // What a role may is decided before either engine is asked: of one of them each statement is enough.
  const asking =
    engine === 'sqlite' ? (['administrator', 'technician', 'auditor'] as const) : (['administrator'] as const);
  const people = await Promise.all(asking.map((role) => addPerson(world, { role, scope: [mine.customerId] })));

  /** Every list in every order and in every group, as somebody reads it; but for when a record was last written. */
  async function allSeen(person: Person): Promise<string[]> {
    const seen: string[] = [];
    const read = async (address: string): Promise<void> => {
      const { status, text } = await send(world, person.session, { method: 'GET', path: address });
      expect([address, status]).toEqual([address, 200]);
      seen.push(`${address} ${text.replaceAll(/"(version|updatedAt)":[^,}]+/g, '')}`);
    };
    for (const { path, permission, list } of lists) {
      if (permission === 'public' || !mayRole(person.role, permission)) continue;
      for (const state of list?.extra?.state ? ['&state=all'] : [''])
        for (const [name, field] of Object.entries(list?.fields ?? {})) {
          await read(`${path}?sort=${name}${state}`);
          if (isGroupable(field)) await read(`${path}?groupBy=${name}${state}`);
        }
    }
    return seen;
  }

  it('P2: changes no number, no order, no group and no row of any list that I read', async () => {
    const before = await Promise.all(people.map(allSeen));
    const patch = { seats: 5, code: 'A', serialNumber: 'Z-1', remarks: 'zz', termsOfUse: 'aa', licenseId: null };
    done(await admin('PATCH', `/keys/${lent.id}`, patch, { 'if-match': '*' }));
    await applyTo(world, lent.id, { equipmentId: theirs.otherEquipmentId, userName: 'A', remarks: 'A' });
    await applyTo(world, lent.id, { userName: 'Theirs two', customerId: theirs.customerId });
    const unit = { name: 'A unit', assetTag: '0', location: 'A', status: 'inStock' };
    done(await admin('PATCH', `/equipment/${theirs.equipmentId}`, unit, { 'if-match': '*' }));
    done(await admin('PATCH', `/customers/${theirs.customerId}`, { name: 'A customer' }, { 'if-match': '*' }));
    const after = await Promise.all(people.map(allSeen));
    for (const [i, seen] of after.entries()) expect(seen).toEqual(before[i]);
    expect(before.flat().length).toBeGreaterThan(100);
  });
});
