import { describe, expect, it } from 'vitest';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addCustomer } from '../harness/arrange.ts';
import { insertRows } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('tokens on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomer(world, 'Mine');
  const make = async (person: Person, more: object = {}) => {
    const body = { name: 'sync', role: 'auditor', ...more };
    const { status, text } = await send(world, person.session, { method: 'POST', path: '/tokens', body });
    return { status, body: JSON.parse(text) };
  };
  const listed = async (person: Person) =>
    JSON.parse((await send(world, person.session, { method: 'GET', path: '/tokens' })).text);
  const rowOf = (person: Person, id: string, more: object) => ({
    id,
    token_mac: id,
    name: id,
    user_id: person.id,
    role: 'auditor' as const,
    scope: 'owner',
    expires_on: '2026-11-21',
    last_used_on: '',
    revoked_at: null,
    created_at: '2026-11-20T09:00:00.000Z',
    ...more,
  });

  it('P4: a token makes no tokens, whatever its role (security 29)', async () => {
    const before = await world.admin('GET', '/tokens');
    const refused = await world.admin('POST', '/tokens', { name: 'another', role: 'auditor' });
    expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await world.admin('GET', '/tokens')).body.total).toBe(before.body.total);
  });

  it('P4: a customer named many times is kept and recorded once, and one that does not exist is refused', async () => {
    const person = await addPerson(world, { role: 'administrator', scope: 'all' });
    const { body } = await make(person, { customerIds: Array.from({ length: 10_000 }, () => mine) });
    const { scope } = await world.database.read
      .selectFrom('token')
      .select('scope')
      .where('id', '=', body.id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(scope)).toEqual([mine]);
    const { items } = (await world.admin('GET', '/audit?action=token.created&sort=-idx&limit=1')).body;
    expect(items[0].details.customerIds).toEqual([mine]);
    const unknown = await make(person, { customerIds: [mine, 'nowhere'] });
    expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([400, '/customerIds/1']);
  });

  it('a person has a hundred tokens that are good; revoked and expired ones do not count', async () => {
    const person = await addPerson(world, { role: 'administrator', scope: 'all' });
    const rows = Array.from({ length: 98 }, (_, i) => rowOf(person, `${engine} ${i}`, {}));
    const gone = [{ expires_on: '2026-11-20' }, { revoked_at: '2026-11-20T10:00:00.000Z' }];
    await insertRows(world, 'token', [...rows, ...gone.map((more, i) => rowOf(person, `${engine} gone ${i}`, more))]);
    const made = await Promise.all([make(person), make(person)]);
    expect(made.map(({ status }) => status).sort()).toEqual([201, 400]);
    const refused = made.find(({ status }) => status === 400);
    expect(refused?.body.errors[0]).toMatchObject({ code: 'too_many_tokens', params: { max: 100 } });
    expect((await make(await addPerson(world, { role: 'administrator', scope: 'all' }))).status).toBe(201);
  });

  it('the list answers five hundred, and no more customers than fit, those first that are good', async () => {
    const person = await addPerson(world, { role: 'administrator', scope: [mine] });
    const expired = Array.from({ length: 600 }, (_, i) =>
      rowOf(person, `${engine} old ${i}`, { expires_on: '2026-11-01', created_at: '2026-11-20T10:00:00.000Z' }),
    );
    await insertRows(world, 'token', [...expired, rowOf(person, `${engine} good`, {})]);
    const many = await listed(person);
    expect([many.items.length, many.total]).toEqual([500, 602]);
    expect(many.items.slice(0, 3).map(({ name }: { name: string }) => name)).toEqual([
      'of a test',
      `${engine} good`,
      `${engine} old 99`,
    ]);
    const other = await addPerson(world, { role: 'administrator', scope: [mine] });
    const scope = JSON.stringify(Array.from({ length: 10_000 }, () => world.houseId));
    const wide = Array.from({ length: 60 }, (_, i) => rowOf(other, `${engine} wide ${i}`, { scope }));
    await insertRows(world, 'token', wide);
    const few = await listed(other);
    expect([few.items.length, few.total]).toEqual([11, 61]);
  });
});
