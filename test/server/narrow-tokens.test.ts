import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { addPerson, send } from '../harness/actors.ts';
import { addCustomer } from '../harness/arrange.ts';
import { signIn } from '../harness/session.ts';
import { upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('tokens of fewer customers than their owner on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomer(world, 'Mine');
  const theirs = await addCustomer(world, 'ZqCanary');
  const cookie = await signIn(world);
  const narrow = await world.tokenFor('administrator', [mine]);
  const units = (customer: string) => `name,customer\n${customer} unit,${customer}\n`;
  const ran = async (call: typeof narrow, customer: string): Promise<string> =>
    (await upload(call, units(customer), { kind: 'equipment' })).body.id;

  it('P2: read and stop only imports that reached no more than they do', async () => {
    const [wide, own] = [await ran(world.admin, 'ZqCanary'), await ran(narrow, 'Mine')];
    expect((await narrow('GET', `/imports/${wide}`)).status).toBe(404);
    expect((await narrow('POST', `/imports/${wide}/cancel`)).status).toBe(404);
    expect((await narrow('GET', `/imports/${own}`)).body.created).toMatchObject({ equipment: 1 });
    for (const id of [wide, own]) expect((await world.admin('GET', `/imports/${id}`)).status).toBe(200);
  });

  it('P2: see no other token of its owner that reaches more', async () => {
    const make = (name: string, customerIds: string[]) =>
      world.as(undefined)('POST', '/tokens', { name, role: 'auditor', customerIds }, { cookie });
    for (const name of ['ZqCanary sync', 'Mine sync'])
      expect((await make(name, [name.startsWith('Mine') ? mine : theirs])).status).toBe(201);
    const { items } = (await narrow('GET', '/tokens')).body;
    expect(items.map(({ name }: { name: string }) => name).sort()).toEqual(['Mine sync', 'administrator']);
  });

  it('P2: who may delete a customer is not told the names of tokens of others', async () => {
    const id = await addCustomer(world, 'Gone');
    await world.tokenFor('technician', [id, theirs]);
    const limited = await addPerson(world, { role: 'administrator', scope: [id] });
    const path = `/customers/${id}`;
    const refused = await send(world, limited.session, { method: 'DELETE', path, headers: { 'if-match': '*' } });
    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.text).heldBy).toMatchObject([{ type: 'user', id: limited.id }]);
    expect((await world.admin('DELETE', path, undefined, { 'if-match': '*' })).body.heldBy).toMatchObject([
      { type: 'user', id: limited.id },
      { type: 'token', name: 'technician' },
    ]);
  });

  it('P2: of imports of before, what their actor reaches now', async () => {
    const [wide, own] = [await ran(world.admin, 'Mine'), await ran(narrow, 'Mine')];
    const { admin } = world.database;
    await sql`alter table import drop column scope`.execute(admin);
    await sql`delete from kysely_migration where name = '0012-import-scope'`.execute(admin);
    expect(await migrate(world.database)).toEqual(['0012-import-scope']);
    const stored = await admin.selectFrom('import').select(['id', 'scope']).orderBy('id').execute();
    expect(stored.filter(({ id }) => [wide, own].includes(id)).map(({ scope }) => scope)).toEqual(['all', 'all']);
    expect((await narrow('GET', `/imports/${own}`)).status).toBe(404);
  });
});
