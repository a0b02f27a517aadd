import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export const password = 'correct horse battery staple';

/** Settings and variables of a process; nothing of the test's own environment but the path comes with them. */
export type Env = Record<string, string>;
export type Ended = { status: number | null; stdout: string; stderr: string };

/** What `bin/keybook.js` begins a server anew with. Told at once, each server of the tests begins once. */
const ofServers = ['--max-semi-space-size=16', '--heap-growing-percent=20'];

/** Starts a program, which packed-program.ts has made. */
export function start(program: string, args: string[], env: Env): ChildProcess {
  return spawn(process.execPath, [...(args[0] === 'serve' ? ofServers : []), program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
}

/** What a process has written until its end. */
export async function collect(child: ChildProcess): Promise<Ended> {
  const read = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      read[name] += chunk;
    });
  const [status] = await once(child, 'close');
  return { status, ...read };
}

/** A server that says that it answers, the address it says, and what it will have written at its end. */
export async function answering(child: ChildProcess): Promise<{ url: string; line: string; ended: Promise<Ended> }> {
  const ended = collect(child);
  const line = await Promise.race([firstLine(child), ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  return { url: /http:\/\/[\w.:]+/.exec(line)?.[0] ?? '', line, ended };
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
export async function setUp({ url, line }: { url: string; line: string }): Promise<void> {
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

/** A token of the administrator's, made by the command line. */
export async function makeToken(program: string, env: Env): Promise<string> {
  const made = await collect(start(program, ['token', 'create', '--user', 'ada@nordwind.example'], env));
  if (made.status !== 0) throw new Error(made.stderr);
  return made.stdout.trim();
}
