import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { step } from '../../src/db/migrations/0021-owned-since.ts';
import { addCustomer, addKey, applyTo } from '../harness/arrange.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('keys of before it was kept since when they are whose, on %s', async (engine) => {
  const world = await newWorld(engine);

  it('P2: one that was another customer’s is its own since it went to them', async () => {
    const [one, other] = [await addCustomer(world, 'One'), await addCustomer(world, 'Other')];
    const [moved, stayed] = [await addKey(world, { customerId: one }), await addKey(world, { customerId: one })];
    world.clock.addDays(1);
    const { id } = await applyTo(world, moved.id, { userName: 'One Ada' });
    world.clock.addDays(1);
    expect((await world.admin('DELETE', `/assignments/${id}`, undefined, { 'if-match': '*' })).status).toBe(204);
    world.clock.addDays(1);
    await world.admin('PATCH', `/keys/${moved.id}`, { customerId: other }, { 'if-match': '*' });
    const since = async () =>
      new Map(
        (await world.database.read.selectFrom('key').select(['id', 'owned_since']).execute()).map((row) => [
          row.id,
          row.owned_since,
        ]),
      );
    const moment = world.clock.now().toISOString();
    expect((await since()).get(moved.id)).toBe(moment);
    world.clock.addDays(1);
    await world.admin('PATCH', `/keys/${moved.id}`, { remarks: 'theirs' }, { 'if-match': '*' });
    // Statements, as it has no work of another kind.
    const [, backfill = ''] = step(engine) as readonly string[];
    await world.database.transaction(async (tx) => {
      await tx.updateTable('key').set({ owned_since: '' }).execute();
      await sql.raw(backfill).execute(tx);
    });
    expect(await since()).toEqual(
      new Map([
        [moved.id, moment],
        [stayed.id, ''],
      ]),
    );
  });
});
