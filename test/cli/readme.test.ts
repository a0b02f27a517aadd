import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, type Env, freePort, newFolder } from '../harness/process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = blocksOf(readme);

/** The commands of a text, block by block. */
function blocksOf(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}

/** The commands of one section. */
function section(title: string): string[] {
  const [, text = ''] = readme.split(`\n## ${title}\n`);
  return blocksOf(text.split('\n## ')[0] ?? '');
}

/** A shell in its own group of processes, so that all it started can be ended with it. */
function shell(script: string, cwd: string, env: Env): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  return { child, ended: once(child, 'close').then(([status]) => ({ status, ...text })) };
}

/** What a shell has printed by the time it prints certain words. */
function printedUntil({ child, ended }: ReturnType<typeof shell>, words: string): Promise<string> {
  let printed = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: string) => {
      printed += chunk;
      if (printed.includes(words)) resolve(printed);
    });
    void ended.then(({ stderr }) => reject(new Error(stderr)));
  });
}

describe('the README', () => {
  const folder = newFolder();
  let env: Env;
  let server: ReturnType<typeof shell>;
  let url: string;

  beforeAll(async () => {
    for (const name of ['bin', 'dist', 'node_modules', 'package.json', 'src'])
      symlinkSync(join(root, name), join(folder, name));
    // Copies as old as what they are copies of, and a lock file older than anything: this start must neither install
    // packages nor build under the feet of other tests.
    for (const name of ['scripts', 'package-lock.json'])
      cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
    utimesSync(join(folder, 'package-lock.json'), 0, 0);
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PORT: port, KEYBOOK_URL: url };
    const [first = ''] = blocks;
    expect(first).toBe('npm start\n');
    server = shell(first, folder, env);
    await printedUntil(server, '/setup#token=');
  });
  afterAll(async () => {
    process.kill(-(server.child.pid ?? 0), 'SIGTERM');
    await server.ended;
  });

  it('house: tells how to test in one command', () => {
    expect(blocks[1]).toBe('npm test\n');
  });

  it('house: the first five minutes run as they stand', async () => {
    const session = section('The first five minutes').join('\n').replaceAll('http://127.0.0.1:4180', url);
    const { status, stdout, stderr } = await shell(session, folder, env).ended;
    expect(stderr).not.toContain('keybook:');
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('"name":"Ada Admin"');
    expect(stderr).toContain('2 keys added.');
    expect(stdout).toContain('2 units created');
    expect(stdout).toContain('2 keys would be created');
    expect(stdout).toContain('2 keys created');
    expect(stdout).toMatch(/10001 .* applied .*LAPTOP-001\n/);
    expect(stdout).toMatch(/10002 .* applied .*Anna Berg\n/);
    expect(stderr).toContain('1 key moved from LAPTOP-001 to LAPTOP-002.');
    expect(stdout).toMatch(/^QX7TP-4KD2M-9RWHC-6VJNB-10003$/m);
    expect(stdout).toMatch(/^ok: \d+ entries/m);
    expect(stdout).toContain('first.db.manifest.json');
    const list = await shell('bin/keybook.js keys list --sort maskedKey --json', folder, {
      ...env,
      KEYBOOK_TOKEN:
        /keybook_[\w-]+/.exec(
          (await shell('bin/keybook.js token create --user ada@example.org', folder, env).ended).stdout,
        )?.[0] ?? '',
    }).ended;
    const keys = JSON.parse(list.stdout).items.map((key: { maskedKey: string; status: string }) => [
      key.maskedKey.slice(-5),
      key.status,
    ]);
    expect(keys).toEqual(
      expect.arrayContaining([
        ['10001', 'revoked'],
        ['10002', 'revoked'],
        ['10003', 'available'],
      ]),
    );
    expect(keys).toHaveLength(5);
  });

  it('house: the tour of the demo runs as it stands', async () => {
    const [first = '', ...others] = section('A tour of a demo');
    const port = String(await freePort());
    const demoEnv = { ...env, PORT: port, KEYBOOK_URL: `http://127.0.0.1:${port}` };
    const demo = shell(first, folder, demoEnv);
    try {
      const printed = await printedUntil(demo, 'Keybook is ready');
      expect(printed).toMatch(/Sign in as helen\.carter@lapwing\.example with the password \S{20}\n/);
      const { status, stdout, stderr } = await shell(others.join('\n'), folder, demoEnv).ended;
      expect(status, stderr).toBe(0);
      const [expiring, inUse] = [...stderr.matchAll(/^10 of (\d+)$/gm)].map((match) => Number(match[1]));
      expect(expiring).toBeGreaterThan(20);
      expect(inUse).toBeGreaterThan(10);
      expect(stdout).toMatch(/^ +\d+ {2}applied$/im);
      expect(stdout).toMatch(/ returned +[1-9]\d*$/m);
      expect(stdout).toMatch(/ NME-NB-001 .* Northmoor Engineering Ltd /);
      expect(stdout).toMatch(/^ok: \d+ entries/m);
    } finally {
      process.kill(-(demo.child.pid ?? 0), 'SIGTERM');
      await demo.ended;
    }
  }, 120_000);

  it('house: what it links to is there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)(?:#[\w-]+)?\)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(8);
    for (const link of links) expect(existsSync(join(root, link)), link).toBe(true);
  });
});
