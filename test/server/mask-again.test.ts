import { expect, it } from 'vitest';
import { maskAgain } from '../../src/server/upkeep/mask-again.ts';
import { addKey } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

const ignore = () => undefined;

it.each(engines)('K16: what is shown of every license key follows the rule of today again, on %s', async (engine) => {
  const world = await newWorld(engine);
  const keep = await addKey(world, { licenseKey: 'AAAAA-BBBBB-CCCCC-DDDDD-1111A' });
  const old = await addKey(world, { licenseKey: 'AAAAA-BBBBB-CCCCC-DDDDD-2222B' });
  const torn = await addKey(world, { licenseKey: 'AAAAA-BBBBB-CCCCC-DDDDD-3333C' });
  // As a rule that showed two characters would have left them.
  const before = { mask: '•••••-•••••-•••••-•••••-•••2B', tail: '2B', tail_f: '2b' };
  await world.database.transaction(async (tx) => {
    await tx.updateTable('key').set(before).where('id', 'in', [old.id, torn.id]).execute();
    await tx.updateTable('key').set({ cipher: 'torn' }).where('id', '=', torn.id).execute();
  });

  expect(await maskAgain(world.app, ignore)).toEqual({ keys: 3, changed: 1, unreadable: 1 });

  const shown = async (q: string) => {
    const { body } = await world.admin('GET', `/keys?q=${q}`);
    return body.items.map((key: { id: string; maskedKey: string }) => [key.id, key.maskedKey]);
  };
  expect(await shown('2222b')).toEqual([[old.id, '•••••-•••••-•••••-•••••-2222B']]);
  expect(await shown('1111a')).toEqual([[keep.id, keep.maskedKey]]);
  expect((await world.admin('GET', `/keys/${torn.id}`)).body.maskedKey).toBe(before.mask);
  expect((await world.admin('GET', `/keys/${old.id}`)).body.version).toBe(old.version);
  expect(await recordedOf(world, 'database:1')).toMatchObject([
    { action: 'masking.completed', details: { keys: 3, changed: 1, unreadable: 1 } },
  ]);
});

it('K16: more keys than one part holds are all masked again, in one entry', async () => {
  const world = await newWorld('sqlite');
  const common = { keyType: 'permanent', productName: 'Suite' };
  const texts = Array.from({ length: 501 }, (_, i) => `AAAAA-BBBBB-CCCCC-DDDDD-${10_000 + i}`);
  const keys = texts.map((licenseKey) => ({ ...common, licenseKey }));
  const made = await world.admin('POST', '/keys/batch', { keys });
  expect(made.status).toBe(201);
  await world.database.transaction((tx) => tx.updateTable('key').set({ mask: '•', tail: '', tail_f: '' }).execute());
  const said: number[] = [];
  expect(await maskAgain(world.app, (done) => said.push(done))).toEqual({ keys: 501, changed: 501, unreadable: 0 });
  expect(said).toEqual([500, 501]);
  expect((await world.admin('GET', '/keys?q=10500')).body.total).toBe(1);
  expect(await recordedOf(world, 'database:1')).toHaveLength(1);
});
