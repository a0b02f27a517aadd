import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { atEnd } from './at-end.ts';
import { askDoor } from './door.ts';
import { copyFolder, copyInstalled } from './installed.ts';
import { answering, collect, type Ended, type Env, makeToken, setUp, start as startOf } from './program.ts';

export { type Ended, type Env, password, setUp } from './program.ts';

/** The program of this run, see packed-program.ts. */
const program = await askDoor(inject('programDoor'));

const servers = new Set<ChildProcess>();
// A run that is broken off calls no hooks.
process.on('exit', () => {
  for (const child of servers) child.kill('SIGKILL');
});

/** A new folder, deleted after the test file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-cli-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const start = (args: string[], env: Env): ChildProcess => startOf(program, args, env);

/** Runs the command line to its end. `input` is its standard input, which is no terminal. */
export async function keybook(args: string[], env: Env, input = ''): Promise<Ended> {
  const child = start(args, env);
  const ended = collect(child);
  child.stdin?.end(input);
  return ended;
}

/** Runs the command line while nobody reads its standard output, as behind `head` that has ended. */
export async function unread(args: string[], env: Env): Promise<Omit<Ended, 'stdout'>> {
  const child = start(args, env);
  child.stdout?.destroy();
  const { status, stderr } = await collect(child);
  return { status, stderr };
}

/** A port of this machine that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A server in a process of its own. `line` is what it printed at its start. */
export type Server = {
  url: string;
  line: string;
  pid: number;
  /** Sends a signal and waits for the end. */
  end: (signal?: NodeJS.Signals) => Promise<Ended>;
};

/** Starts `keybook serve` on a free port and waits until it says that it answers. It ends with the test file at the latest. */
export async function serve(env: Env): Promise<Server> {
  const child = start(['serve'], { PORT: '0', ...env });
  servers.add(child);
  const closed = once(child, 'close');
  atEnd(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  const { url, line, ended } = await answering(child);
  const end = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { url, line, pid: child.pid ?? 0, end };
}

/** A server that is set up, with the environment its command line needs: the settings, the address and a token. */
export type Installation = { server: Server; env: Env };

/**
 * Starts a server that is set up: on a copy of the run's installation, or where `env` names a place or a beginning of its
 * own, on a new one.
 */
export async function install(env: Env = {}): Promise<Installation> {
  const settings = { DATA_DIR: newFolder(), ...env };
  const isNew = ['DATA_DIR', 'DATABASE_URL', 'NODE_OPTIONS'].some((name) => name in env);
  const copied = isNew ? undefined : copyInstalled(await askDoor(inject('installedDoor')), settings.DATA_DIR);
  const server = await serve(settings);
  if (isNew) await setUp(server);
  const token = copied ?? (await makeToken(program, settings));
  return { server, env: { ...settings, KEYBOOK_URL: server.url, KEYBOOK_TOKEN: token } };
}

/**
 * Hands out copies of one installation that `prepare` was done to and that was stopped then: what a test breaks is whole in
 * the next copy. It is made when the first is asked for; `prepared` is what `prepare` answered.
 */
export function stoppedAfter<Prepared>(
  prepare: (installation: Installation) => Promise<Prepared>,
): () => Promise<{ env: Env; dataDir: string; prepared: Prepared }> {
  const make = async () => {
    const installation = await install();
    const prepared = await prepare(installation);
    await installation.server.end();
    return { env: installation.env, prepared };
  };
  let made: ReturnType<typeof make> | undefined;
  return async () => {
    made ??= make();
    const { env, prepared } = await made;
    const dataDir = newFolder();
    copyFolder(env.DATA_DIR ?? '', dataDir);
    return { env: { ...env, DATA_DIR: dataDir }, dataDir, prepared };
  };
}

// Tests read answers of every shape; a wrong guess fails the assertion that reads it.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Json = any;

/** A request with the installation's token. */
export async function ask(
  { env }: Pick<Installation, 'env'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${env.KEYBOOK_URL}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${env.KEYBOOK_TOKEN}`, 'content-type': 'application/json', 'if-match': '*' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** What an address answers, without a token. */
export async function read(url: string): Promise<{ status: number; body: Json }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}
