import { describe, expect, it } from 'vitest';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addCustomer, addKey, addUnit, applyTo, freshLicenseKey } from '../harness/arrange.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('products that several customers use, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomer(world, 'Mine');
  const theirs = await addCustomer(world, 'Theirs');
  const limited = await addPerson(world, { role: 'administrator', scope: [mine] });
  const auditor = await addPerson(world, { role: 'auditor', scope: [mine] });
  const ask = async (person: Person, method: string, path: string, body?: unknown) => {
    const answer = await send(world, person.session, { method, path, body, headers: { 'if-match': '*' } });
    return { status: answer.status, text: answer.text, body: answer.text === '' ? undefined : JSON.parse(answer.text) };
  };
  const make = async (body: object) => (await world.admin('POST', '/products', body)).body.id;
  const key = (productName: string) => ({
    licenseKey: freshLicenseKey(),
    keyType: 'permanent',
    productName,
    customerId: mine,
  });

  it('S4: who attaches to a product by its exact name changes nothing of it for the others', async () => {
    const id = await make({ name: 'ZqCanary Suite', code: 'ZQ', website: 'https://example.org' });
    const other = await addKey(world, { productId: id, customerId: theirs });
    expect((await ask(limited, 'GET', `/products/${id}`)).status).toBe(404);
    expect((await ask(limited, 'POST', '/keys', key('zqcanary  suite'))).status).toBe(201);
    expect((await ask(limited, 'GET', `/products/${id}`)).body).toMatchObject({ name: 'ZqCanary Suite', keyCount: 1 });
    const before = (await world.admin('GET', `/products/${id}`)).body;
    for (const body of [{ name: 'Mine now' }, { archived: true }, { website: 'https://evil.example' }, { code: 'X' }]) {
      const refused = await ask(limited, 'PATCH', `/products/${id}`, body);
      expect([body, refused.status, refused.body.errors?.[0].code]).toEqual([body, 403, 'product_shared']);
      expect(refused.text).not.toContain(other.id);
    }
    const removed = await ask(limited, 'DELETE', `/products/${id}`);
    expect([removed.status, removed.text.includes(other.id)]).toEqual([403, false]);
    expect((await world.admin('GET', `/products/${id}`)).body).toEqual(before);
  });

  it('S4: so does who has one of theirs on a unit, and nobody else', async () => {
    const id = await make({ name: 'Lent Suite' });
    const lent = await addKey(world, { productId: id, customerId: theirs });
    await applyTo(world, lent.id, { equipmentId: await addUnit(world, 'PC', { customerId: mine }) });
    expect((await ask(limited, 'GET', `/products/${id}`)).status).toBe(200);
    expect((await ask(limited, 'PATCH', `/products/${id}`, { name: 'Mine too' })).status).toBe(403);
  });

  it('P2: a product all of whose keys are mine is mine to change, and one without any is there for all customers’ people', async () => {
    const made = await ask(limited, 'POST', '/keys', key('Own Suite'));
    const { id } = made.body.product;
    expect((await ask(limited, 'PATCH', `/products/${id}`, { manufacturer: 'Us' })).status).toBe(200);
    await addKey(world, { productId: id, customerId: theirs });
    expect((await ask(limited, 'PATCH', `/products/${id}`, { manufacturer: 'Us' })).status).toBe(403);
    const empty = await make({ name: 'Empty Suite' });
    expect((await ask(limited, 'PATCH', `/products/${empty}`, { name: 'x' })).status).toBe(404);
    expect((await ask(limited, 'DELETE', `/products/${empty}`)).status).toBe(404);
  });

  it('S4: entries of a product are there for whoever sees it, and for nobody else', async () => {
    const [seen, hidden] = [await make({ name: 'Seen Suite' }), await make({ name: 'Hidden Suite' })];
    await addKey(world, { productId: seen, customerId: mine });
    await addKey(world, { productId: hidden, customerId: theirs });
    for (const id of [seen, hidden]) {
      const changed = await world.admin('PATCH', `/products/${id}`, { manufacturer: 'Maker' }, { 'if-match': '*' });
      expect(changed.status).toBe(200);
    }
    for (const person of [limited, auditor]) {
      const told = (await ask(person, 'GET', `/audit?subject=product:${seen}`)).body.items;
      expect(told.map(({ action }: { action: string }) => action)).toEqual(['product.updated', 'product.created']);
      expect((await ask(person, 'GET', `/audit?subject=product:${hidden}`)).body.total).toBe(0);
    }
    const [{ idx }] = (await world.admin('GET', `/audit?subject=product:${seen}`)).body.items;
    expect((await ask(auditor, 'GET', `/audit/${idx}/proof`)).status).toBe(200);
    const [other] = (await world.admin('GET', `/audit?subject=product:${hidden}`)).body.items;
    expect((await ask(auditor, 'GET', `/audit/${other.idx}/proof`)).status).toBe(404);
  });

  it('S4: an archived product out of sight is refused in the words of the request, not in its own', async () => {
    const id = await make({ name: 'ZqArchived Suite' });
    await addKey(world, { productId: id, customerId: theirs });
    await world.admin('PATCH', `/products/${id}`, { archived: true }, { 'if-match': '*' });
    const refused = await ask(limited, 'POST', '/keys', key('zqarchived suite'));
    expect([refused.body.code, refused.text.includes('ZqArchived')]).toEqual(['archived', false]);
  });

  it('S4: how files of some columns are read is not changed for everybody by somebody of some customers', async () => {
    const bring = async (person: Person | undefined, mapping?: Record<string, string | null>) => {
      const form = new FormData();
      form.set('file', new File([`Sleutel,Waarvoor,Van\n${freshLicenseKey()},Mapped Suite,Mine\n`], 'keys.csv'));
      form.set('kind', 'keys');
      if (person) form.set('customerId', mine);
      if (mapping) form.set('mapping', JSON.stringify(mapping));
      if (!person) return (await world.admin('POST', '/imports', form)).body;
      return (await ask(person, 'POST', '/imports', form)).body;
    };
    const right = { Sleutel: 'licenseKey', Waarvoor: 'productName', Van: 'customer' };
    expect((await bring(undefined, right)).status).toBe('done');
    // As good a file for them, and another mapping for everybody else.
    expect((await bring(limited, { ...right, Van: null })).status).toBe('done');
    expect((await bring(undefined)).mapping).toEqual(right);
  });
});
