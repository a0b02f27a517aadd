import { describe, expect, it } from 'vitest';
import { addPerson, send } from '../harness/actors.ts';
import { addCustomer, addKey, addUnit, applyTo, freshLicenseKey } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('looking up whole license keys as a technician on %s', async (engine) => {
  const world = await newWorld(engine);
  const [mine, theirs] = [await addCustomer(world, 'Mine'), await addCustomer(world, 'Theirs')];
  const texts = { own: freshLicenseKey(), onUnit: freshLicenseKey(), foreign: freshLicenseKey() };
  const own = await addKey(world, { licenseKey: texts.own, customerId: mine });
  const onUnit = await addKey(world, { licenseKey: texts.onUnit, customerId: theirs });
  await applyTo(world, onUnit.id, { equipmentId: await addUnit(world, 'M-1', { customerId: mine }) });
  await addKey(world, { licenseKey: texts.foreign, customerId: theirs });
  const technician = await addPerson(world, { role: 'technician', scope: [mine] });
  const lookUp = (licenseKey: string) =>
    send(world, technician.token, { method: 'POST', path: '/keys/lookup', body: { licenseKey } });
  const found = async (licenseKey: string) =>
    JSON.parse((await lookUp(licenseKey)).text).items?.map(({ id }: { id: string }) => id);

  it('K19: whoever applies keys finds those they see by their whole text, in any spelling, and no others', async () => {
    expect(await found(texts.own.toLowerCase())).toEqual([own.id]);
    expect(await found(texts.onUnit)).toEqual([onUnit.id]);
    expect(await found(texts.foreign)).toEqual([]);
    expect(await found(freshLicenseKey())).toEqual([]);
    const entries = await recordedOf(world, `key:${own.id}`);
    expect(entries.map(({ action }) => action)).toContain('key.lookedUp');
  });

  it('K19: tries are counted, not only hits: twenty a minute (security 31)', async () => {
    world.clock.addDays(1);
    for (let i = 0; i < 20; i += 1) expect((await lookUp(freshLicenseKey())).status).toBe(200);
    expect((await lookUp(texts.own)).status).toBe(429);
    world.clock.addDays(2 / 1440);
    expect(await found(texts.own)).toEqual([own.id]);
  });
});
