import { describe, expect, it } from 'vitest';
import { addKey, freshLicenseKey, logSize, subscription } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { adminPassword, type Call, engines, newWorld } from '../harness/world.ts';

describe.each(engines)('settings on %s', async (engine) => {
  const world = await newWorld(engine);
  const others = [
    await world.tokenFor('technician'),
    await world.tokenFor('auditor'),
    await world.tokenFor('administrator', [world.houseId]),
  ];
  // 23:30 in Berlin, the next morning in Auckland.
  world.clock.set('2026-11-21T22:30:00.000Z');
  const signedIn = await world.as(undefined)('POST', '/session', {
    email: 'ada@nordwind.example',
    password: adminPassword,
  });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const ada: Call = (method, path, body, headers) => world.as(undefined)(method, path, body, { cookie, ...headers });

  it('C4, L8: the time zone decides which day it is; a change of it is recorded with old and new', async () => {
    const key = await addKey(world, subscription('2026-11-21'));
    expect(key.status).toBe('available');
    const read = await ada('GET', '/settings');
    expect(read.body).toEqual({
      organisation: 'Nordwind IT',
      timeZone: 'Europe/Berlin',
      locale: 'en',
      houseId: world.houseId,
      masterKeyConfirmed: false,
      secondFactorRequired: false,
      techniciansManageKeys: false,
      version: 1,
    });
    const etag = read.headers.get('etag') ?? '';
    const changed = await ada('PATCH', '/settings', { timeZone: 'Pacific/Auckland' }, { 'if-match': etag });
    expect(changed.body).toMatchObject({ timeZone: 'Pacific/Auckland', version: 2 });
    expect((await world.admin('GET', `/keys/${key.id}`)).body.status).toBe('expired');
    expect((await recordedOf(world, 'settings:1')).at(-1)).toMatchObject({
      action: 'settings.updated',
      details: { changes: { timeZone: { old: 'Europe/Berlin', new: 'Pacific/Auckland' } } },
    });
    const stale = await ada('PATCH', '/settings', { timeZone: 'Europe/Berlin' }, { 'if-match': etag });
    expect([stale.status, stale.body.current]).toEqual([412, { version: 2 }]);
  });

  it('K17: settings need a version; what changes nothing is not recorded; faults are refused at their field', async () => {
    const before = await logSize(world);
    expect((await ada('PATCH', '/settings', { locale: 'de' })).status).toBe(428);
    const { organisation } = (await ada('GET', '/settings')).body;
    expect((await ada('PATCH', '/settings', { organisation }, { 'if-match': '*' })).status).toBe(200);
    const faults: [object, string][] = [
      [{ timeZone: 'Mars/Base' }, '/timeZone'],
      [{ timeZone: '+01:00' }, '/timeZone'],
      [{ locale: 'fr' }, '/locale'],
      [{ organisation: ' ' }, '/organisation'],
      [{ houseId: 'x' }, '/houseId'],
    ];
    for (const [body, pointer] of faults) {
      const refused = await ada('PATCH', '/settings', body, { 'if-match': '*' });
      expect([refused.status, refused.body.errors]).toMatchObject([400, [{ pointer }]]);
    }
    expect(await logSize(world)).toBe(before);
  });

  it('L8: name, language and the confirmation of the master key are saved and recorded', async () => {
    const body = { organisation: 'Nordwind GmbH', locale: 'de', masterKeyConfirmed: true };
    const changed = await ada('PATCH', '/settings', body, { 'if-match': '*' });
    expect(changed.body).toMatchObject(body);
    expect((await ada('GET', '/me')).body.organisation).toBe('Nordwind GmbH');
    expect((await ada('GET', `/customers/${world.houseId}`)).body.name).toBe('Nordwind GmbH');
    expect((await recordedOf(world, `customer:${world.houseId}`)).at(-1)).toMatchObject({
      action: 'customer.updated',
      customerId: world.houseId,
      details: { changes: { name: { old: 'Nordwind IT', new: 'Nordwind GmbH' } } },
    });
    expect((await recordedOf(world, 'settings:1')).at(-1)?.details.changes).toEqual({
      organisation: { old: 'Nordwind IT', new: 'Nordwind GmbH' },
      locale: { old: 'en', new: 'de' },
      masterKeyConfirmed: { old: false, new: true },
    });
  });

  it('E5: the house customer goes with the name of the organisation, unless it has one of its own or the name is taken', async () => {
    const rename = (organisation: string) => ada('PATCH', '/settings', { organisation }, { 'if-match': '*' });
    const house = async () => (await ada('GET', `/customers/${world.houseId}`)).body.name;
    await ada('POST', '/customers', { name: 'Südwind AG' });
    const refused = await rename('SÜDWIND ag');
    expect([refused.status, refused.body.code, refused.body.errors[0].pointer]).toEqual([
      409,
      'name_taken',
      '/organisation',
    ]);
    expect((await ada('GET', '/settings')).body.organisation).toBe('Nordwind GmbH');
    await ada('PATCH', `/customers/${world.houseId}`, { name: 'Our house' }, { 'if-match': '*' });
    expect((await rename('Südwind AG')).status).toBe(200);
    expect(await house()).toBe('Our house');
  });

  it('P1: with the setting on, a technician creates, renews and revokes keys of existing products', async () => {
    const technician = others[0] as Call; // the first of three
    const product = (await addKey(world)).product;
    const body = { licenseKey: freshLicenseKey(), ...subscription('2027-01-01') };
    const create = (more: object) => technician('POST', '/keys', { ...body, ...more });
    expect((await create({ productId: product.id })).status).toBe(403);
    await ada('PATCH', '/settings', { techniciansManageKeys: true }, { 'if-match': '*' });
    expect((await create({ productName: 'No such product' })).body.code).toBe('not_found');
    const licenseKey = freshLicenseKey();
    const similar = await addKey(world, { licenseKey });
    const alike = { productId: product.id, licenseKey: licenseKey.toLowerCase(), allowSimilarTo: similar.id };
    expect((await create(alike)).status).toBe(403);
    const made = await create({ productName: product.name.toUpperCase() });
    expect([made.status, made.body.product]).toEqual([201, product]);
    const at = `/keys/${made.body.id}`;
    expect((await technician('POST', `${at}/renewal`, { extendBy: 'P1Y' })).status).toBe(200);
    expect((await technician('PATCH', at, { code: 'x' }, { 'if-match': '*' })).status).toBe(403);
    expect((await technician('POST', `${at}/revocation`, { reason: 'Lost' })).status).toBe(200);
    expect((await technician('POST', `${at}/reinstatement`, { reason: 'Found' })).status).toBe(403);
    await ada('PATCH', '/settings', { techniciansManageKeys: false }, { 'if-match': '*' });
    expect((await technician('POST', '/renewals', { keyIds: [made.body.id], extendBy: 'P1Y' })).status).toBe(403);
  });

  it('P1, P2: everybody reads the settings; technicians, auditors and limited administrators change none', async () => {
    for (const call of others) {
      expect((await call('GET', '/settings')).status).toBe(200);
      expect((await call('PATCH', '/settings', { locale: 'en' }, { 'if-match': '*' })).status).toBe(403);
    }
  });
});
