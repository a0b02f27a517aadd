import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/contract/openapi.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { addPerson, send } from '../harness/actors.ts';
import { canary, type Story, tellCanaryStory, tracesIn } from '../harness/canary-story.ts';
import { install, keybook, newFolder, password } from '../harness/process.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

/** Every column of every row of every table, as one text a table. */
async function tablesOf({ database }: World): Promise<Map<string, string>> {
  const tables = await database.admin.introspection.getTables();
  const texts = tables.map(async ({ name }): Promise<[string, string]> => {
    // An index of search keeps no rows to be read: it is asked for the key.
    if (name.endsWith('_search')) {
      const threes = Array.from({ length: 9 }, (_, i) => `"${canary.slice(i, i + 3)}"`);
      const sought = threes.join(' AND ');
      const found = await sql`select rowid from ${sql.table(name)} where ${sql.ref(name)} match ${sought}`.execute(
        database.admin,
      );
      return [name, found.rows.length > 0 ? canary : ''];
    }
    // Whatever tables there are: none is left out because nobody has thought of it.
    const rows = await database.admin
      .selectFrom(name as 'key')
      .selectAll()
      .execute();
    return [name, JSON.stringify(rows)];
  });
  return new Map(await Promise.all(texts));
}

/** The answers held no license key but those that are meant to. */
function judgeAnswers({ revealing, others }: Story): void {
  for (const { name, answer } of others) expect([name, tracesIn(answer.text)]).toEqual([name, []]);
  for (const { name, answer } of others)
    expect([name, tracesIn(JSON.stringify([...answer.headers]))]).toEqual([name, []]);
  for (const { name, answer } of revealing)
    expect([name, answer.text]).toEqual([name, expect.stringContaining(canary)]);
}

function succeeded({ others }: Story): number {
  return others.filter(({ answer }) => answer.status < 300).length;
}

describe.each(engines)(
  'a license key that was created, imported, searched, revealed and exported, on %s',
  async (engine) => {
    const world = await newWorld(engine);
    const person = await addPerson(world, { role: 'administrator', scope: 'all' });
    const told = await tellCanaryStory((who) => (method, path, body, headers = {}) => {
      const { session, token } = person;
      const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
      return send(world, who === 'session' ? session : token, { method, path, body, headers: { ...type, ...headers } });
    });

    it('K16: stands in no answer but that of the reveal and of the export with key texts (security 52) (security 56)', () => {
      expect(succeeded(told)).toBeGreaterThan(15);
      expect(told.others.filter(({ answer }) => answer.status >= 400).length).toBeGreaterThan(12);
      judgeAnswers(told);
    });

    it('K16: stands in no table: keys, log, replays, imports, throttles, settings (security 50)', async () => {
      const tables = await tablesOf(world);
      expect(tables.size).toBeGreaterThan(20);
      for (const name of ['key', 'audit_payload', 'idempotency', 'import', 'throttle', 'refused_attempt'])
        expect(tables.get(name)?.length, name).toBeDefined();
      expect(JSON.parse(tables.get('idempotency') ?? '').length).toBeGreaterThanOrEqual(4);
      expect([...tables].filter(([, text]) => tracesIn(text).length > 0).map(([name]) => name)).toEqual([]);
      expect(await verifyDatabase(world.database)).toMatchObject({ ok: true });
    });
  },
);

it('K16, X4: no license key stands in the description of the API', () => {
  expect(tracesIn(JSON.stringify(openApiDocument()))).toEqual([]);
});

it('the traces are found where there are any', () => {
  expect(tracesIn(canary)).not.toEqual([]);
  expect(tracesIn(Buffer.from(canary.toLowerCase().replaceAll('-', '')))).not.toEqual([]);
  expect(tracesIn(Buffer.from(`xx${canary}`).toString('base64'))).not.toEqual([]);
  expect(tracesIn(Buffer.from(canary, 'utf16le'))).not.toEqual([]);
  expect(tracesIn(Buffer.from(canary).toString('hex'))).not.toEqual([]);
});

it('K16: stands in no file of a server, no line it logs at its most talkative, no backup and no export of the log (security 50) (security 51) (security 53) (security 54)', async () => {
  const { server, env } = await install({ LOG_LEVEL: 'trace' });
  const api = `${server.url}/api/v1`;
  const signedIn = await fetch(`${api}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@nordwind.example', password }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const token = env.KEYBOOK_TOKEN ?? '';
  const told = await tellCanaryStory((who) => async (method, path, body, headers) => {
    const isForm = body instanceof FormData;
    const response = await fetch(api + path, {
      method,
      headers: {
        ...(who === 'session' ? { cookie } : { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  });
  expect(succeeded(told)).toBeGreaterThan(15);
  judgeAnswers(told);
  const running = filesIn(env.DATA_DIR ?? '');
  expect(running.filter(([name]) => /\.db(-wal)?$/.test(name)).length).toBe(2);
  const folder = newFolder();
  for (const command of [
    ['backup', join(folder, 'backup.db')],
    ['audit', 'export', join(folder, 'log.jsonl')],
  ])
    expect(await keybook(command, env)).toMatchObject({ status: 0 });
  const { stdout, stderr } = await server.end();
  for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number) });
  const masterKey = readFileSync(join(env.DATA_DIR ?? '', 'secrets', 'master.key'), 'utf8').trim();
  const logged: [string, Buffer][] = [
    ['stdout', Buffer.from(stdout)],
    ['stderr', Buffer.from(stderr)],
  ];
  const everything = [...running, ...filesIn(env.DATA_DIR ?? ''), ...filesIn(folder), ...logged];
  expect(everything.length).toBeGreaterThan(8);
  expect(everything.filter(([, content]) => tracesIn(content).length > 0).map(([name]) => name)).toEqual([]);
  const secrets = [password, token, cookie.split('=')[1] ?? '', masterKey];
  for (const [name, content] of everything.filter(([file]) => !file.includes('secrets')))
    for (const secret of secrets) expect([name, content.includes(secret)]).toEqual([name, false]);
  expect(statSync(join(env.DATA_DIR ?? '', 'secrets', 'master.key')).mode & 0o777).toBe(0o600);
});

/** Every file below a folder with its bytes. */
function filesIn(folder: string): [string, Buffer][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path)];
    });
}
