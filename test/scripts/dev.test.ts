import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { atEnd } from '../harness/at-end.ts';
import { freePort, newFolder, password } from '../harness/process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of the sources that a test may change, with the packages of this one beside them. */
function copyOfSources(): string {
  const folder = newFolder();
  for (const name of ['bin', 'package.json', 'scripts', 'src', 'tsconfig.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')).filter((one) => one !== '.cache' && one !== '.vite'))
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

/** `npm run dev` in a folder, and what it prints. */
async function develop(folder: string) {
  const [PORT, WEB_PORT] = [String(await freePort()), String(await freePort())];
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, PORT, WEB_PORT };
  const child = spawn(process.execPath, ['scripts/dev.js'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  atEnd(() => child.kill('SIGTERM'));
  const printed: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      printed.push(line);
      for (const look of waiting) look();
    });
  const ended = once(child, 'close').then(([status]) => status as number | null);
  /** Waits until so many lines have the words. */
  const says = (words: string, times = 1) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = printed.filter((line) => line.includes(words));
        if (found.length >= times) resolve(found.at(-1) ?? '');
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(printed.join('\n'))));
    });
  const addresses = { server: `http://127.0.0.1:${PORT}`, web: `http://127.0.0.1:${WEB_PORT}` };
  return { child, ended, says, ...addresses };
}

test('house: npm run dev shows the screens over a server that follows its sources, and both end with it', async () => {
  const folder = copyOfSources();
  const { child, ended, says, server, web } = await develop(folder);
  const [, token = ''] = /#token=(\S+)/.exec(await says(`${web}/setup#token=`)) ?? [];
  await says(`Local:`);
  expect(await (await fetch(web)).text()).toContain('/@vite/client');
  // A folder of the sources that is called like the API.
  expect((await fetch(`${web}/api/client.ts`)).headers.get('content-type')).toBe('text/javascript');

  const first = {
    token,
    name: 'Ada',
    email: 'ada@example.org',
    password,
    organisation: 'N',
    timeZone: 'Europe/Berlin',
  };
  const headers = { origin: web, 'content-type': 'application/json' };
  const made = await fetch(`${web}/api/v1/setup`, { method: 'POST', headers, body: JSON.stringify(first) });
  expect(made.status).toBe(201);

  appendFileSync(join(folder, 'src/server/serve.ts'), '\n// changed\n');
  await says('Restarting');
  await says(`"url":"${server}"`, 2);
  expect((await fetch(`${web}/api/v1/keys`)).status).toBe(401);

  child.kill('SIGINT');
  expect(await ended).toBe(0);
  for (const address of [server, web]) await expect(fetch(address)).rejects.toThrow('fetch failed');
  expect(readdirSync(folder)).toContain('data-dev');
});
