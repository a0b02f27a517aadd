import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { assignmentList, updateAssignment } from '../../src/contract/assignments.ts';
import { createCustomer, customerList, updateCustomer } from '../../src/contract/customers.ts';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { createEquipment, equipmentList, updateEquipment } from '../../src/contract/equipment.ts';
import { applyKey, createKey, keyList, updateKey } from '../../src/contract/keys.ts';
import { createLicense, licenseList, updateLicense } from '../../src/contract/licenses.ts';
import type { ListSpec } from '../../src/contract/list.ts';
import { createProduct, productList, updateProduct } from '../../src/contract/products.ts';
import { customerFields } from '../../src/domain/records/customer.ts';
import { equipmentFields } from '../../src/domain/records/equipment.ts';
import { keyFields } from '../../src/domain/records/key.ts';
import { licenseFields } from '../../src/domain/records/license.ts';
import type { PlainFields } from '../../src/domain/records/plain-field.ts';
import { productFields } from '../../src/domain/records/product.ts';
import { freshLicenseKey } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

type Item = Answer['body'];
/** Two values of a field that is written by hand beside the record's table. */
type Special = {
  two: readonly [unknown, unknown];
  /** How the record says it, where it is not under the same name. */
  read?: (item: Item) => unknown;
  /** How the log says it; as the record does unless given. */
  logged?: { field: string; values: readonly [unknown, unknown] };
};
type Subject = {
  list: string;
  subject: string;
  spec: ListSpec;
  create: Endpoint;
  update: Endpoint;
  plain: PlainFields;
  /** A whole body of a new record, with the first value of each field. */
  body: Record<string, unknown>;
  special: Record<string, Special>;
  /** Fields of a new record alone, and the test that gives them values. */
  onlyNew?: readonly string[];
};

const membersOf = ({ body }: Endpoint): string[] => {
  // Bodies of records are strict objects.
  const names = Object.keys((body as z.ZodObject).shape);
  return names.filter((name) => name !== 'attributes');
};

async function arrange(world: World) {
  const make = async (list: string, body: object): Promise<Item> => {
    const made = await world.admin('POST', `/${list}`, body);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body;
  };
  const [acme, bolt] = [await make('customers', { name: 'Acme' }), await make('customers', { name: 'Bolt' })];
  const [suite, tool] = [await make('products', { name: 'Suite' }), await make('products', { name: 'Tool' })];
  const bought = (orderNumber: string) => make('licenses', { productId: suite.id, orderNumber });
  return { make, acme, bolt, suite, tool, licenses: [await bought('1'), await bought('2')] as const };
}

function subjectsOf({ acme, bolt, suite, tool, licenses }: Awaited<ReturnType<typeof arrange>>): Subject[] {
  const customerId: Special = { two: [acme.id, bolt.id], read: (item) => item.customer.id };
  const product = {
    productId: { two: [suite.id, tool.id], read: (item) => item.product.id },
    productName: {
      two: ['Suite', 'Tool'],
      read: (item) => item.product.name,
      logged: { field: 'product', values: ['Suite', 'Tool'] },
    },
  } satisfies Record<string, Special>;
  const archived: Special = { two: [false, true] };
  return [
    {
      list: 'keys',
      subject: 'key',
      spec: keyList,
      create: createKey,
      update: updateKey,
      plain: keyFields,
      body: {
        licenseKey: freshLicenseKey(),
        productId: suite.id,
        customerId: acme.id,
        licenseId: licenses[0].id,
        keyType: 'subscription',
        validityStart: '2026-01-01',
        validityEnd: '2099-01-01',
        seats: 3,
      },
      special: {
        ...product,
        customerId,
        licenseId: { two: [licenses[0].id, licenses[1].id] },
        keyType: { two: ['subscription', 'timeLimited'] },
        validityStart: { two: ['2026-01-01', '2026-02-01'] },
        validityEnd: { two: ['2099-01-01', '2099-02-01'] },
        seats: { two: [3, 4] },
      },
      // License key and user: below. How it is delivered: deliveries.test.ts. What a key is not: keys-create.test.ts.
      onlyNew: ['delivery', 'licenseKey', 'licenseFile', 'userName', 'allowSimilarTo'],
    },
    {
      list: 'licenses',
      subject: 'license',
      spec: licenseList,
      create: createLicense,
      update: updateLicense,
      plain: licenseFields,
      body: { productId: suite.id, customerId: acme.id, quantity: 3, cost: 10.5, renewsItself: false, archived: false },
      special: {
        ...product,
        customerId,
        quantity: { two: [3, 4] },
        cost: { two: [10.5, 11] },
        renewsItself: { two: [false, true] },
        archived,
      },
    },
    {
      list: 'equipment',
      subject: 'equipment',
      spec: equipmentList,
      create: createEquipment,
      update: updateEquipment,
      plain: equipmentFields,
      body: { name: 'Unit one', customerId: acme.id, status: 'inService' },
      special: {
        name: { two: ['Unit one', 'Unit two'] },
        customerId,
        status: { two: ['inService', 'inStock'] },
      },
    },
    {
      list: 'products',
      subject: 'product',
      spec: productList,
      create: createProduct,
      update: updateProduct,
      plain: productFields,
      body: { name: 'Product one', archived: false },
      special: { name: { two: ['Product one', 'Product two'] }, archived },
    },
    {
      list: 'customers',
      subject: 'customer',
      spec: customerList,
      create: createCustomer,
      update: updateCustomer,
      plain: customerFields,
      body: { name: 'Customer one', archived: false },
      special: { name: { two: ['Customer one', 'Customer two'] }, archived },
    },
  ];
}

describe.each(engines)('every special field of every record on %s', async (engine) => {
  const world = await newWorld(engine);
  const scene = await arrange(world);
  const idsOf = async (list: string, query: Record<string, string>): Promise<string[]> => {
    const { status, body } = await world.admin('GET', `/${list}?${new URLSearchParams({ limit: '200', ...query })}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body.items.map(({ id }: Item) => id);
  };

  describe.each(subjectsOf(scene))('$list', async ({ list, subject, spec, create, update, plain, ...more }) => {
    const { body, special, onlyNew = [] } = more;
    const made = await scene.make(list, body);
    const path = `/${list}/${made.id}`;

    it('house: has two different values, and no field is left out', () => {
      expect(membersOf(update).toSorted()).toEqual([...Object.keys(special), ...Object.keys(plain)].toSorted());
      expect(membersOf(create).toSorted()).toEqual([...membersOf(update), ...onlyNew].toSorted());
      for (const [name, { two }] of Object.entries(special)) expect(two[0], name).not.toEqual(two[1]);
    });

    it.each(Object.entries(special))('house: %s is changed, answered, listed and told', async (name, field) => {
      const { two, read = (item: Item) => item[name], logged = { field: name, values: two } } = field;
      expect(read(made)).toEqual(two[0]);
      for (const [from, to] of [
        [0, 1],
        [1, 0],
      ] as const) {
        const changed = await world.admin('PATCH', path, { [name]: two[to] }, { 'if-match': '*' });
        expect(changed.status, JSON.stringify(changed.body)).toBe(200);
        expect(read(changed.body)).toEqual(two[to]);
        expect(read((await world.admin('GET', path)).body)).toEqual(two[to]);
        const { details } = (await recordedOf(world, `${subject}:${made.id}`)).at(-1) ?? {};
        expect(details?.changes).toMatchObject({
          [logged.field]: { old: logged.values[from], new: logged.values[to] },
        });
        if (!(name in spec.fields)) continue;
        expect(await idsOf(list, { [name]: String(two[to]) })).toContain(made.id);
        expect(await idsOf(list, { [name]: String(two[from]) })).not.toContain(made.id);
      }
    });
  });

  it('house: the license key and the user of a new key are those that were given', async () => {
    for (const userName of ['Ann', 'Ben']) {
      const licenseKey = freshLicenseKey();
      const made = await scene.make('keys', { licenseKey, userName, keyType: 'permanent', productName: 'Suite' });
      expect(made.userName).toBe(userName);
      const revealed = await world.admin('POST', `/keys/${made.id}/reveal`);
      expect(revealed.body.licenseKey).toBe(licenseKey);
      expect(await idsOf('keys', { userName })).toEqual([made.id]);
      expect(await idsOf('keys', { maskedKey: licenseKey.slice(-5) })).toContain(made.id);
    }
  });

  it('house: every field of an assignment is what was given when it was applied, and what it was corrected to', async () => {
    const key = await scene.make('keys', {
      licenseKey: freshLicenseKey(),
      keyType: 'permanent',
      productName: 'Suite',
      seats: 2,
    });
    const unit = (name: string, customerId: string) => scene.make('equipment', { name, customerId });
    const units = [await unit('Applied one', scene.acme.id), await unit('Applied two', scene.bolt.id)];
    const given = [
      { userName: 'Carl', appliedOn: '2026-01-05', remarks: 'first' },
      { userName: 'Dora', appliedOn: '2026-01-06', remarks: 'second' },
    ].map((texts, i) => ({ ...texts, equipmentId: units[i]?.id, customerId: units[i]?.customer.id }));
    expect(Object.keys(given[0] ?? {}).toSorted()).toEqual(membersOf(applyKey).toSorted());
    const made: Item[] = [];
    for (const body of given) made.push(await scene.make(`keys/${key.id}/assignments`, body));
    const read = ({ userName, appliedOn, remarks, equipment, customer }: Item) => ({
      ...{ userName, appliedOn, remarks },
      equipmentId: equipment.id,
      customerId: customer.id,
    });
    expect(made.map(read)).toEqual(given);
    for (const [name, value] of Object.entries(given[0] ?? {}))
      if (name in assignmentList.fields)
        expect(await idsOf('assignments', { [name]: String(value) }), name).toContain(made[0]?.id);
    const corrected = { appliedOn: '2026-01-04', remarks: 'corrected' };
    expect(Object.keys(corrected).toSorted()).toEqual(membersOf(updateAssignment).toSorted());
    const path = `/assignments/${made[1]?.id}`;
    const changed = await world.admin('PATCH', path, corrected, { 'if-match': '*' });
    expect(changed.body).toMatchObject(corrected);
    expect((await world.admin('GET', path)).body).toMatchObject(corrected);
  });
});
