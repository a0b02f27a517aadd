import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { inject } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { basePath } from '../../src/contract/endpoint.ts';
import type { Database } from '../../src/db/open.ts';
import { openDatabase } from '../../src/db/open.ts';
import { type AppParts, openApp } from '../../src/server/app.ts';
import { readConfig } from '../../src/server/config.ts';
import type { App } from '../../src/server/context.ts';
import { httpApi } from '../../src/server/http/http-api.ts';
import { openLog } from '../../src/server/log.ts';
import { makeSetupToken } from '../../src/server/people/setup-token.ts';
import { recordThrottled } from '../../src/server/people/throttled-entry.ts';
import { routes } from '../../src/server/routes.ts';
import { atEnd } from './at-end.ts';
import { askDoor } from './door.ts';
import { copyOfDatabase, dropDatabase } from './postgres.ts';

export const engines = ['sqlite', 'postgres'] as const;
export type EngineName = (typeof engines)[number];

export type Answer = {
  status: number;
  headers: Headers;
  // Tests read answers of every shape; a wrong guess fails the assertion that reads it.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: any;
};

export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** A clock that stands still until it is turned. */
type TestClock = { now: () => Date; set: (moment: string) => void; addDays: (days: number) => void };

/**
 * One installation on a real database: set up as "Nordwind IT" in Europe/Berlin on 21 Nov 2026, administrator Ada
 * signed in through a token. Requests go through the whole HTTP adapter, in process.
 */
export type World = {
  app: App;
  database: Database;
  dataDir: string;
  clock: TestClock;
  http: Hono;
  adminId: string;
  houseId: string;
  adminToken: string;
  /** Calls as the administrator's token. */
  admin: Call;
  /** Calls with any token, or none. */
  as: (token: string | undefined) => Call;
  /** A new token of the administrator's with fewer rights. */
  tokenFor: (role: 'administrator' | 'technician' | 'auditor', customerIds?: string[]) => Promise<Call>;
};

export const adminPassword = 'correct horse battery staple';

function testClock(start: string): TestClock {
  let now = new Date(start);
  return {
    now: () => new Date(now),
    set: (moment) => {
      now = new Date(moment);
    },
    addDays: (days) => {
      now = new Date(now.getTime() + days * 86_400_000);
    },
  };
}

/** A new database with the schema of today, which was made once a run. */
async function openEmpty(
  engine: EngineName,
  dataDir: string,
): Promise<{ database: Database; drop: () => Promise<void> }> {
  const migrated = await askDoor(inject('migratedDoor')[engine]);
  if (engine === 'sqlite') {
    const file = join(dataDir, 'keybook.db');
    copyFileSync(migrated, file);
    return { database: openDatabase({ file }), drop: async () => undefined };
  }
  const url = await copyOfDatabase(migrated);
  return { database: openDatabase({ url }), drop: () => dropDatabase(url) };
}

async function openServer(parts: Omit<AppParts, 'log'>): Promise<Pick<World, 'app' | 'http'>> {
  const opened = await openApp({ ...parts, log: openLog('silent') });
  // A bug shows its message here; the product's own report leaves it out.
  const app: App = { ...opened, reportBug: (thrown, fields) => console.error(fields, thrown) };
  const http = new Hono();
  httpApi(app, routes, http);
  return { app, http };
}

/** A second server on the database and the secrets of the first, which knows nothing of what the first has seen. */
export async function startedBeside({ app, database, clock }: World): Promise<Pick<World, 'app' | 'as'>> {
  const beside = await openServer({ config: app.config, database: { ...database }, clock: clock.now });
  return { app: beside.app, as: (token) => caller(beside.http, token) };
}

/** How such a server is called. */
export async function serverBeside(world: World): Promise<World['as']> {
  return (await startedBeside(world)).as;
}

/** An installation before its set-up, with the given settings of the environment. It is closed and deleted after the test file. */
export async function emptyWorld(
  engine: EngineName,
  settings: Record<string, string> = {},
  parts: Pick<AppParts, 'importSizes'> = {},
): Promise<Omit<World, 'adminId' | 'houseId' | 'adminToken' | 'admin' | 'tokenFor'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'keybook-test-'));
  const { database, drop } = await openEmpty(engine, dataDir);
  const clock = testClock('2026-11-21T09:00:00.000Z');
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '0', ...settings });
  const { app, http } = await openServer({ config, database, clock: clock.now, ...parts });
  atEnd(async () => {
    await recordThrottled(app);
    await database.close();
    await drop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { app, database, dataDir, clock, http, as: (token) => caller(http, token) };
}

function caller(http: Hono, token: string | undefined): Call {
  return async (method, path, body, headers = {}) => {
    const form = body instanceof FormData;
    const response = await http.request(basePath + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !form && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: form ? body : typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    judgeAnswer(method, path, answer);
    return answer;
  };
}

/** The endpoints by their method and the first word of their path: each answer is looked up. */
const addresses = Map.groupBy(
  allEndpoints.map((endpoint) => ({
    endpoint,
    form: new RegExp(`^${endpoint.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  })),
  ({ endpoint: { method, path } }) => beginningOf(method, path),
);

function beginningOf(method: string, path: string): string {
  return `${method} ${path.split('/', 2)[1]}`;
}

/** Every answer of every test fits the contract: a 2xx its endpoint's output, all others a problem with a code. */
function judgeAnswer(method: string, path: string, { status, body }: Answer): void {
  const bare = path.split('?')[0] ?? '';
  const { endpoint } = addresses.get(beginningOf(method, bare))?.find(({ form }) => form.test(bare)) ?? {};
  if (status >= 500 && status !== 503 && status !== 507)
    throw new Error(`${method} ${path} answered ${status} ${JSON.stringify(body)}`);
  if (status >= 400 && typeof body?.code !== 'string') throw new Error(`${method} ${path}: ${status} without a code`);
  if (status < 300 && endpoint?.output && body !== undefined) endpoint.output.parse(body);
}

/** A new installation, set up, with an administrator's token. */
export async function newWorld(
  engine: EngineName,
  settings: Record<string, string> = {},
  parts: Pick<AppParts, 'importSizes'> = {},
): Promise<World> {
  const world = await emptyWorld(engine, settings, parts);
  const setupToken = await makeSetupToken(world.app);
  const done = await world.as(undefined)('POST', '/setup', {
    token: setupToken,
    name: 'Ada Admin',
    email: 'ada@nordwind.example',
    password: adminPassword,
    organisation: 'Nordwind IT',
    timeZone: 'Europe/Berlin',
  });
  if (done.status !== 201) throw new Error(`set-up failed: ${JSON.stringify(done.body)}`);
  const cookie = (done.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const makeToken = async (body: object): Promise<string> => {
    const made = await world.as(undefined)('POST', '/tokens', body, { cookie });
    if (made.status !== 201) throw new Error(`no token: ${JSON.stringify(made.body)}`);
    return made.body.token;
  };
  const adminToken = await makeToken({ name: 'test', role: 'administrator', expiresOn: '2027-11-20' });
  return {
    ...world,
    adminId: done.body.id,
    houseId: done.body.houseId,
    adminToken,
    admin: world.as(adminToken),
    tokenFor: async (role, customerIds) =>
      world.as(await makeToken({ name: role, role, expiresOn: '2027-11-20', ...(customerIds && { customerIds }) })),
  };
}
