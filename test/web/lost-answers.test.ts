import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Client } from '../../src/contract/client.ts';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { deleteKey, updateKey } from '../../src/contract/keys.ts';
import { addKey, applyTo, freshLicenseKey, logSize } from '../harness/arrange.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { bodyOf, type Ids, pathOf } from '../harness/endpoint-calls.ts';
import { signIn } from '../harness/session.ts';
import { upload } from '../harness/upload.ts';
import { newWorld, type World } from '../harness/world.ts';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const screens = readdirSync(`${src}web`, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => readFileSync(`${src}web/${path}`, 'utf8'))
  .join('\n');

/** The verbs of the contract by their names, as far as a screen names them. */
const verbs: [string, Endpoint][] = [];
for (const file of readdirSync(`${src}contract`)) {
  const module: Record<string, unknown> = await import(`${src}contract/${file}`);
  for (const [name, value] of Object.entries(module))
    if (isEndpoint(value) && value.method !== 'GET' && new RegExp(`\\b${name}\\b`).test(screens))
      verbs.push([name, value]);
}
const named = verbs.filter(([, { replay }]) => replay === 'rebuild' || replay === 'shownOnce');

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'permission' in value;
}

/** Requests on their way to the server, whose answers are lost as long as `lose` says so. */
type Wire = { lose: number; sent: { key: string | null; status: number }[]; entries: number[] };

describe('a verb whose answer is lost twice has one effect', () => {
  let world: World;
  let ids: Ids;
  let send: Client['call'];
  let viewId = '';
  let cookie = '';
  const wire: Wire = { lose: 0, sent: [], entries: [] };

  beforeAll(async () => {
    world = await newWorld('sqlite', {}, { importSizes: { atOnce: 50, part: 10 } });
    cookie = await signIn(world);
    ids = {
      ...(await addCustomerWorld(world, 'Lost')),
      attributeId: await made('/attributes', {
        recordType: 'key',
        name: 'rack',
        kind: 'text',
        labelEn: 'R',
        labelDe: 'R',
      }),
      userId: await made('/users', { name: 'Uwe', email: 'uwe@nordwind.example', role: 'auditor' }),
    };
    viewId = await made('/views', { list: 'keys', name: 'Mine', query: 'status=available' });
    vi.stubGlobal('fetch', async (address: string, { headers, ...init }: RequestInit) => {
      const request = { ...init, headers: { ...(headers as Record<string, string>), cookie } };
      const answer = await world.http.request(address, request);
      const key = new Headers(headers).get('idempotency-key');
      wire.sent.push({ key, status: answer.status });
      wire.entries.push(await logSize(world));
      if (wire.lose <= 0) return answer;
      wire.lose -= 1;
      await answer.body?.cancel();
      throw new TypeError('fetch failed');
    });
    // By its path: the browser's own names are unknown here.
    const { sender }: { sender: (ways: { wait: () => Promise<void> }) => Client['call'] } = await import(
      `${src}web/verb/send.ts`
    );
    send = sender({ wait: async () => undefined });
  });
  afterAll(() => vi.unstubAllGlobals());

  const made = async (path: string, body: unknown): Promise<string> => {
    const answer = await world.as(undefined)('POST', path, body, { cookie });
    expect(answer.status).toBe(201);
    return answer.body.id;
  };

  /** Sends it, and loses the answers to its first two tries. */
  const lostTwice = async (endpoint: Endpoint, input: object): Promise<unknown> => {
    Object.assign(wire, { lose: 2, sent: [], entries: [] });
    // It takes any endpoint; only its types are those of one.
    const anySend = send as (endpoint: Endpoint, input: object) => Promise<unknown>;
    return anySend(endpoint, input);
  };
  const idOf = (path: string): { id: string } => ({ id: path.split('/')[2] ?? '' });

  /** What a verb needs that the records of a customer are not yet. */
  const arranged: Record<string, () => Promise<Partial<Ids> & { id?: string }>> = {
    revokeKeys: async () => ({ keyId: (await addKey(world)).id }),
    replaceKey: async () => ({ keyId: (await addKey(world)).id }),
    renewKey: async () => ({ keyId: (await addKey(world, { keyType: 'subscription', validityEnd: '2027-01-01' })).id }),
    renewKeys: async () => ({
      keyId: (await addKey(world, { keyType: 'subscription', validityEnd: '2027-01-01' })).id,
    }),
    reinstateKey: async () => {
      const { id } = await addKey(world);
      await world.admin('POST', `/keys/${id}/revocation`, { reason: 'Test' });
      return { keyId: id };
    },
    cancelImport: async () => {
      const lines = Array.from({ length: 700 }, () => `${freshLicenseKey()},Permanent,Imported`);
      const file = ['License Key,Key Type,Feature', ...lines].join('\n');
      const { id } = (await upload(world.admin, file, { kind: 'keys' }, { prefer: 'respond-async' })).body;
      await expect.poll(async () => (await world.admin('GET', `/imports/${id}`)).body.done).toBeGreaterThan(0);
      return { id };
    },
    undoImport: async () => {
      const file = `License Key,Key Type,Feature\n${freshLicenseKey()},Permanent,Imported\n`;
      return { id: (await upload(world.admin, file, { kind: 'keys' })).body.id };
    },
  };

  it.each(named)('%s', async (name, endpoint) => {
    const { id, ...own } = (await arranged[name]?.()) ?? {};
    const about = { ...ids, ...own };
    const body = bodyOf(endpoint, about);
    const input = {
      ...(endpoint.params && { params: id === undefined ? idOf(pathOf(endpoint, about)) : { id } }),
      ...(body && { body: body instanceof FormData ? Object.fromEntries(body) : body }),
      ...(endpoint.ifMatch && { ifMatch: '*' }),
    };
    const answer = lostTwice(endpoint, input);
    if (endpoint.replay === 'shownOnce')
      await expect(answer).rejects.toMatchObject({ problem: { code: 'shown_once' } });
    else await answer;
    const [first, ...rest] = wire.sent;
    expect(first?.status).toBe(endpoint.status);
    expect(rest.map(({ key }) => key)).toEqual([first?.key, first?.key]);
    expect(first?.key).not.toBeNull();
    // Whatever it did stands in the log after the first try; the others added nothing.
    expect(wire.entries).toEqual([wire.entries[0], wire.entries[0], wire.entries[0]]);
  });

  const versionOf = async (path: string): Promise<number> => {
    const read = await world.as(undefined)('GET', path, undefined, { cookie });
    expect(read.status, path).toBe(200);
    return read.body.version;
  };
  const patches = verbs.filter(([, { method }]) => method === 'PATCH');

  it.each(patches)('%s is done once, and that is seen', async (name, endpoint) => {
    const { id: keyId } = await addKey(world);
    const { id: assignmentId } = await applyTo(world, keyId, { userName: 'Uwe' });
    const about = { ...ids, keyId, assignmentId };
    const path = name === 'updateView' ? `/views/${viewId}` : pathOf(endpoint, about);
    const version = await versionOf(path);
    const body = bodyOf(endpoint, about);
    const answer = lostTwice(endpoint, { ...(endpoint.params && { params: idOf(path) }), body, ifMatch: version });
    await expect(answer).resolves.toMatchObject({ version: version + 1 });
    expect(new Set(wire.entries).size).toBe(1);
  });

  const creating = (path: string) =>
    verbs.find(([, { method, path: list }]) => method === 'POST' && `${list}/{id}` === path)?.[1];
  const created = async (path: string): Promise<string> => {
    const create = creating(path);
    if (create) return made(create.path, bodyOf(create, ids));
    return (await applyTo(world, (await addKey(world)).id, { userName: 'Uwe' })).id;
  };
  /** Of what a screen makes; the others end sessions and ways to sign in, of which there are none the second time. */
  const deletions = verbs.filter(
    ([, { method, path }]) =>
      method === 'DELETE' && (path === '/assignments/{id}' || (/^\/\w+\/\{id\}$/.test(path) && creating(path))),
  );

  it.each(deletions)('%s is done once', async (_, endpoint) => {
    const id = await created(endpoint.path);
    await lostTwice(endpoint, { params: { id }, ...(endpoint.ifMatch && { ifMatch: '*' }) });
    expect(wire.sent[0]?.status).toBe(204);
    expect(new Set(wire.entries).size).toBe(1);
  });

  it('what somebody else has changed meanwhile is refused as stale, whichever answers are lost', async () => {
    const { id } = await addKey(world);
    const path = `/keys/${id}`;
    const theirs = await world.admin(
      'PATCH',
      path,
      { remarks: 'theirs' },
      { 'if-match': `"${await versionOf(path)}"` },
    );
    const input = { params: { id }, body: { remarks: 'mine' }, ifMatch: theirs.body.version - 1 };
    await expect(lostTwice(updateKey, input)).rejects.toMatchObject({ problem: { code: 'stale' } });
    expect((await world.admin('GET', path)).body.remarks).toBe('theirs');
  });

  it('what is deleted although the answer was lost is deleted; what never was there is not found', async () => {
    const { id, version: ifMatch } = await addKey(world);
    await expect(lostTwice(deleteKey, { params: { id }, ifMatch })).resolves.toBeUndefined();
    expect(wire.sent.map(({ status }) => status)).toEqual([204, 404, 404]);
    await expect(send(deleteKey, { params: { id }, ifMatch })).rejects.toMatchObject({
      problem: { code: 'not_found' },
    });
  });

  const unnamed = verbs.filter(([, { method, replay }]) => method === 'POST' && (replay ?? 'never') === 'never');

  it.each(unnamed)('%s is sent once, under no name: nobody could tell whether it acts twice', async (_, endpoint) => {
    const about = { ...(endpoint.params && { params: { id: ids.keyId } }), ...(endpoint.body && { body: {} }) };
    await expect(lostTwice(endpoint, about)).rejects.toThrow('fetch failed');
    expect(wire.sent.map(({ key }) => key)).toEqual([null]);
  });
});
