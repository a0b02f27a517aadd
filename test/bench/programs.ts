import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Target } from './load.ts';

const node = process.execPath;
const started: ChildProcess[] = [];
// A run that is broken off leaves nothing behind.
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts a program of ours and waits for its first line. */
export function launch(args: string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(node, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}`)));
  });
}

/** Ends the programs started here and waits until they are gone. */
export async function stopAll(): Promise<void> {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null) continue;
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A real server; `cookie` is of its administrator's session. */
export type Started = Target & { pid: number; cookie: string };

/** A real server on its own data folder, set up, with an administrator's token. */
export async function startKeybook(dataDir: string, databaseUrl: string): Promise<Started> {
  const port = await freePort();
  const env = {
    DATA_DIR: dataDir,
    PORT: String(port),
    LOG_LEVEL: 'error',
    REQUESTS_PER_MINUTE: '0',
    DATABASE_URL: databaseUrl,
  };
  await launch([join(import.meta.dirname, '../../bin/keybook.js'), 'serve'], env);
  const target = { port, basePath: '/api/v1', pid: started.at(-1)?.pid ?? 0 };
  const base = `http://127.0.0.1:${port}/api/v1`;
  const headers = { 'content-type': 'application/json' };
  const token = readFileSync(join(dataDir, 'secrets', 'setup-token'), 'utf8').trim();
  const person = { name: 'Bench', email: 'bench@example.org', password: 'correct horse battery staple' };
  const body = JSON.stringify({ token, ...person, organisation: 'Bench', timeZone: 'UTC' });
  const setup = await fetch(`${base}/setup`, { method: 'POST', headers, body });
  const cookie = (setup.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const made = await fetch(`${base}/tokens`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: JSON.stringify({ name: 'bench', role: 'administrator' }),
  });
  // The contract of POST /tokens.
  const answer = (await made.json()) as { token: string };
  return { ...target, token: answer.token, cookie };
}
