import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { atEnd } from './at-end.ts';
import { askDoor } from './door.ts';

/** The program of this run, see packed-program.ts. */
const program = await askDoor(inject('programDoor'));

export const password = 'correct horse battery staple';

/** Settings and variables of a process; nothing of the test's own environment but the path comes with them. */
export type Env = Record<string, string>;
export type Ended = { status: number | null; stdout: string; stderr: string };

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

function start(args: string[], env: Env): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
}

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

async function collect(child: ChildProcess): Promise<Ended> {
  const read = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      read[name] += chunk;
    });
  const [status] = await once(child, 'close');
  return { status, ...read };
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
  const ended = collect(child);
  servers.add(child);
  atEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const line = await Promise.race([firstLine(child), ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  const url = /http:\/\/[\w.:]+/.exec(line)?.[0] ?? '';
  const end = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { url, line, pid: child.pid ?? 0, end };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let read = '';
    child.stdout?.on('data', (chunk: string) => {
      read += chunk;
      if (read.includes('\n')) resolve(read);
    });
  });
}

/** Sets Keybook up through the printed link, as ada@nordwind.example in Europe/Berlin. */
export async function setUp({ url, line }: Server): Promise<void> {
  const token = /#token=([\w-]+)/.exec(line)?.[1];
  const response = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      name: 'Ada Admin',
      email: 'ada@nordwind.example',
      password,
      organisation: 'Nordwind IT',
      timeZone: 'Europe/Berlin',
    }),
  });
  if (response.status !== 201) throw new Error(`set-up failed: ${await response.text()}`);
}

/** A server that is set up, with the environment its command line needs: the settings, the address and a token. */
export type Installation = { server: Server; env: Env };

/** Starts and sets up a server on a new folder, or on the database `env` names. */
export async function install(env: Env = {}): Promise<Installation> {
  const settings = { DATA_DIR: newFolder(), ...env };
  const server = await serve(settings);
  await setUp(server);
  const made = await keybook(['token', 'create', '--user', 'ada@nordwind.example'], settings);
  if (made.status !== 0) throw new Error(made.stderr);
  return { server, env: { ...settings, KEYBOOK_URL: server.url, KEYBOOK_TOKEN: made.stdout.trim() } };
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
