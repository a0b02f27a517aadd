import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Started } from './door.ts';
import { answering, collect, type Ended, makeToken, setUp, start } from './program.ts';

const places = (folder: string) => ({ data: join(folder, 'data'), token: join(folder, 'token') });

/** Makes the installation on an embedded file that those of a run are copies of: its folder, and a token beside it. */
export async function installOnce(program: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-installed-'));
  const { data, token } = places(folder);
  const env = { DATA_DIR: data };
  const child = start(program, ['serve'], { PORT: '0', ...env });
  const server = await answering(child);
  await setUp(server);
  writeFileSync(token, await makeToken(program, env));
  // Else the start of each copy would, beside the test.
  await collect(start(program, ['expire'], env));
  // An end that was asked for would add a checkpoint to the log.
  child.kill('SIGKILL');
  await server.ended;
  return { address: folder, stop: async () => rmSync(folder, { recursive: true, force: true }) };
}

/** How the administrator of the demo signs in. */
export type DemoSignIn = { email: string; password: string };

/** Makes the English demo that those of a run are copies of: its folder, and how to sign in beside it. */
export async function demoOnce(program: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-demo-'));
  const made = await collect(start(program, ['demo', '--language', 'en'], { DATA_DIR: places(folder).data }));
  writeFileSync(join(folder, 'sign-in.json'), JSON.stringify(signInOf(made)));
  return { address: folder, stop: async () => rmSync(folder, { recursive: true, force: true }) };
}

/** What the `demo` verb says of it. */
export function signInOf({ stdout, stderr }: Ended): DemoSignIn {
  const [, email = '', password = ''] = /Sign in as (\S+) with the password (\S+)/.exec(stdout) ?? [];
  if (password === '') throw new Error(stderr || stdout);
  return { email, password };
}

/** Copies that demo into a new folder, and answers how to sign in. */
export function copyDemo(folder: string, dataDir: string): DemoSignIn {
  copyFolder(places(folder).data, dataDir);
  return JSON.parse(readFileSync(join(folder, 'sign-in.json'), 'utf8'));
}

/** Copies an installation into a new folder, and answers its token. */
export function copyInstalled(folder: string, dataDir: string): string {
  const { data, token } = places(folder);
  copyFolder(data, dataDir);
  return readFileSync(token, 'utf8');
}

/** Copies what is in a folder into another one that is there, with the rights of all of it. */
export function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  // Copied are the rights of files alone.
  const inside = readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const name of ['.', ...inside.map((entry) => relative(from, join(entry.parentPath, entry.name)))])
    chmodSync(join(to, name), statSync(join(from, name)).mode);
}
