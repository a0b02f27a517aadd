import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addCustomer, addKey, freshLicenseKey } from '../harness/arrange.ts';
import { listenFor } from '../harness/real-http.ts';
import { engines, newWorld } from '../harness/world.ts';

type Sent = { method: string; path: string; body: string; type?: string };

describe.each(engines)('a request whose body comes when the rights are gone, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { port } = await listenFor(world);
  const mine = await addCustomer(world, 'Mine');
  const boss = await addPerson(world, { role: 'administrator', scope: 'all' });
  const ask = (person: Person, method: string, path: string, body?: unknown) =>
    send(world, person.session, { method, path, body, headers: { 'if-match': '*' } });
  const written = async (): Promise<number> => (await world.admin('GET', '/audit?limit=1')).body.total;

  /** Begins a request; its last byte comes when the answer is asked for. */
  async function begun(person: Person, { method, path, body, type = 'application/json' }: Sent) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    let answer = '';
    socket.on('data', (piece) => {
      answer += String(piece);
    });
    const given = { host: `127.0.0.1:${port}`, ...person.session, 'content-type': type, 'if-match': '*' };
    const head = { ...given, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`${method} /api/v1${path} HTTP/1.1\r\n${lines.join('')}\r\n${body.slice(0, -1)}`);
    // Until the server knows whose it is, and longer than an answer to that is taken for fresh.
    await pause(300);
    return async (): Promise<number> => {
      socket.write(body.slice(-1));
      await once(socket, 'close');
      return Number(answer.split(' ')[1]);
    };
  }

  const file = [
    '--edge',
    'content-disposition: form-data; name="kind"',
    '',
    'customers',
    '--edge',
    'content-disposition: form-data; name="file"; filename="a.csv"',
    'content-type: text/csv',
    '',
    'name',
    'Late GmbH',
    '--edge--',
    '',
  ].join('\r\n');
  const requests: Record<string, (keyId: string) => Sent> = {
    'a token': () => ({ method: 'POST', path: '/tokens', body: '{"name":"t","role":"auditor"}' }),
    'a user': () => ({
      method: 'POST',
      path: '/users',
      body: '{"name":"E","email":"e@x.example","role":"administrator"}',
    }),
    'a reveal': (id) => ({ method: 'POST', path: `/keys/${id}/reveal`, body: '{}' }),
    'a search': () => ({ method: 'POST', path: '/keys/lookup', body: `{"licenseKey":"${freshLicenseKey()}"}` }),
    'a file': () => ({ method: 'POST', path: '/imports', body: file, type: 'multipart/form-data; boundary=edge' }),
    'key texts': () => ({ method: 'POST', path: '/keys/export', body: '{"reason":"why"}' }),
  };

  it.each(Object.entries(requests))('S14: %s does nothing for somebody disabled meanwhile', async (_, sent) => {
    const key = await addKey(world, { customerId: mine });
    const person = await addPerson(world, { role: 'administrator', scope: 'all' });
    const finish = await begun(person, sent(key.id));
    expect((await ask(boss, 'DELETE', `/users/${person.id}`)).status).toBe(204);
    const before = await written();
    expect(await finish()).toBe(401);
    expect(await written()).toBe(before);
  });

  it('S14: nor does it go beyond the customers there are by then', async () => {
    const key = await addKey(world, { customerId: mine });
    const person = await addPerson(world, { role: 'administrator', scope: [mine, world.houseId] });
    const finish = await begun(person, { method: 'DELETE', path: `/keys/${key.id}`, body: '{}' });
    await ask(boss, 'PATCH', `/users/${person.id}`, { customerIds: [world.houseId] });
    expect(await finish()).toBe(404);
    expect((await world.admin('GET', `/keys/${key.id}`)).status).toBe(200);
  });

  it('S14: a change that waited for another is refused where that took its rights', async () => {
    const person = await addPerson(world, { role: 'administrator', scope: 'all' });
    const [ended, ...made] = await Promise.all([
      ask(boss, 'PATCH', `/users/${person.id}`, { disabled: true }),
      ...Array.from({ length: 20 }, (_, i) => ask(person, 'POST', '/customers', { name: `Race ${engine} ${i}` })),
    ]);
    expect(ended?.status).toBe(200);
    const log = (await world.admin('GET', '/audit?sort=-idx&limit=60')).body.items;
    const at = log.find(({ action }: { action: string }) => action === 'user.disabled').idx;
    const late = log.filter(
      ({ action, actor, idx }: { action: string; actor: { id: string }; idx: number }) =>
        action === 'customer.created' && actor.id === person.id && idx > at,
    );
    expect(late).toEqual([]);
    expect(made.filter(({ status }) => ![201, 401, 403].includes(status))).toEqual([]);
  });
});
