import type { Updateable } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { AuditEntryTable } from '../../src/db/tables.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { recordRefusedSignIn, settleRefused } from '../../src/server/limits/refused-attempts.ts';
import { addKey } from '../harness/arrange.ts';
import { unguarded } from '../harness/forged-log.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('whoever writes the database alone, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world.database;
  const told = async (): Promise<{ action: string; details: { count?: number } }[]> =>
    (await world.admin('GET', '/audit?sort=-idx&limit=50')).body.items;

  it('P8, S3: makes up no refusal of somebody, nor more of them', async () => {
    const since = new Date(world.clock.now().getTime() - 600_000).toISOString();
    const made = { actor_id: world.adminId, since, attempts: 5000, recorded: 0, mac: '' };
    for (const what of ['keys.export', 'sign-in', 'the safe in room 4'])
      await admin
        .insertInto('refused_attempt')
        .values({ ...made, what })
        .execute();
    const before = (await told()).length;
    await settleRefused(world.app);
    expect((await told()).length).toBe(before);
    const actor = { kind: 'session', id: world.adminId, name: 'Ada', roles: [], scope: 'all' } as const;
    await admin.updateTable('refused_attempt').set({ attempts: 5000, recorded: 0 }).execute();
    for (let i = 0; i < 3; i += 1) await recordRefusedSignIn(world.app, { actor, address: undefined }, 'password');
    expect((await told())[0]).toMatchObject({ action: 'session.refused', details: { count: 1 } });
    world.clock.set(new Date(world.clock.now().getTime() + 120_000).toISOString());
    await settleRefused(world.app);
    expect((await told())[0]).toMatchObject({ action: 'session.refused', details: { count: 2 } });
  });

  it('P8, S3: has no count told twice that the server itself wrote', async () => {
    const rows = () => admin.selectFrom('refused_attempt').selectAll().execute();
    const actor = { kind: 'session', id: world.adminId, name: 'Ada', roles: [], scope: 'all' } as const;
    const refuse = () => recordRefusedSignIn(world.app, { actor, address: undefined }, 'password');
    const later = () => world.clock.set(new Date(world.clock.now().getTime() + 120_000).toISOString());
    later();
    await admin.deleteFrom('refused_attempt').execute();
    for (let i = 0; i < 3; i += 1) await refuse();
    const counted = await rows();
    later();
    await settleRefused(world.app);
    const [first] = await told();
    expect(first).toMatchObject({ action: 'session.refused', details: { count: 2 } });
    const putBack = async () => {
      await admin.deleteFrom('refused_attempt').execute();
      await admin.insertInto('refused_attempt').values(counted).execute();
    };
    await putBack();
    await settleRefused(world.app);
    expect((await told())[0]).toEqual(first);
    await putBack();
    await refuse();
    expect((await told())[0]).toMatchObject({ action: 'session.refused', details: { count: 1 } });
  });

  it('P8, L7: has no content erased that is not what was recorded', async () => {
    const key = await addKey(world);
    const [{ idx }] = (await world.admin('GET', `/audit?keyId=${key.id}`)).body.items;
    const { body } = await admin
      .selectFrom('audit_payload')
      .select('body')
      .where('idx', '=', idx)
      .executeTakeFirstOrThrow();
    const write = (text: string) =>
      unguarded(world.database, async (tx) => {
        await tx.updateTable('audit_payload').set({ body: text }).where('idx', '=', idx).execute();
      });
    await write(body.replace('"permanent"', '"trial"'));
    const refused = await world.admin('DELETE', `/keys/${key.id}`, undefined, { 'if-match': '*' });
    expect([refused.status, refused.body.code]).toEqual([503, 'log_inconsistent']);
    await write(body);
    expect((await world.admin('DELETE', `/keys/${key.id}`, undefined, { 'if-match': '*' })).status).toBe(204);
  });

  it('P8, L5: sets the time of no later entry', async () => {
    const last = await admin
      .selectFrom('audit_entry')
      .select(['idx', 'at'])
      .orderBy('idx', 'desc')
      .executeTakeFirstOrThrow();
    const write = (at: string) =>
      unguarded(world.database, async (tx) => {
        await tx.updateTable('audit_entry').set({ at }).where('idx', '=', last.idx).execute();
      });
    for (const at of ['~', '9999-12-31T00:00:00.000Z']) {
      await write(at);
      const refused = await world.admin('POST', '/customers', { name: `At ${at}` });
      expect([refused.status, refused.body.code]).toEqual([503, 'log_inconsistent']);
    }
    await write(last.at);
    expect((await world.admin('POST', '/customers', { name: 'After' })).status).toBe(201);
  });

  it('P8, L5: sets no link of a later entry, and hands none a header without its tag', async () => {
    const unit = (await world.admin('POST', '/equipment', { name: 'Bench' })).body;
    const [key, other] = [await addKey(world), await addKey(world)];
    const newest = await admin.selectFrom('audit_entry').selectAll().orderBy('idx', 'desc').executeTakeFirstOrThrow();
    const [{ idx }] = (await world.admin('GET', `/audit?keyId=${other.id}`)).body.items;
    const edit = (path: string) => world.admin('PATCH', path, { remarks: `after ${idx}` }, { 'if-match': '*' });
    const forged: [at: number, path: string, values: Updateable<AuditEntryTable>][] = [
      [idx, `/keys/${key.id}`, { key_id: key.id }],
      [idx, `/equipment/${unit.id}`, { equipment_id: unit.id }],
      [newest.idx, `/keys/${key.id}`, { tag: null }],
      [newest.idx, `/keys/${key.id}`, { at: '9999', header: newest.header.replace(/"t":"\d+/, '"t":"9999') }],
    ];
    for (const [at, path, values] of forged) {
      const whole = await admin.selectFrom('audit_entry').selectAll().where('idx', '=', at).executeTakeFirstOrThrow();
      const write = (row: Updateable<AuditEntryTable>) =>
        unguarded(world.database, async (tx) => {
          await tx.updateTable('audit_entry').set(row).where('idx', '=', at).execute();
        });
      await write(values);
      const refused = await edit(path);
      // Of a key that the log does not tell of, nothing is changed in the first place.
      const code = 'key_id' in values ? 'unavailable' : 'log_inconsistent';
      expect([refused.status, refused.body.code], JSON.stringify(values)).toEqual([503, code]);
      await write(whole);
    }
    for (const path of [`/keys/${key.id}`, `/equipment/${unit.id}`]) expect((await edit(path)).status).toBe(200);
    expect(await verifyDatabase(world.database, { tagOf: world.app.vault.tag })).toMatchObject({ ok: true });
  });
});
