import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig, settingDocs } from '../../src/server/config.ts';
import { atEnd } from '../harness/at-end.ts';
import { dropDatabase } from '../harness/postgres.ts';
import { newFolder, serve, setUp } from '../harness/process.ts';
import { answering } from '../harness/program.ts';
import { newDatabase } from '../harness/run-postgres.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const settings = new Set<string>(settingDocs.map(({ name }) => name));
const compose = read('deploy/compose.yaml');
const caddy = read('deploy/Caddyfile');
const unit = read('deploy/keybook.service');

/** The instructions of the Containerfile, a stage each, with their continued lines. */
const stages = read('deploy/Containerfile')
  .replaceAll(/^ *#.*\n/gm, '')
  .replaceAll('\\\n', '')
  .split(/^FROM .*\n/m)
  .slice(1)
  .map((stage) => stage.split('\n').filter(Boolean));
const [building = [], image = []] = stages;

const instructionOf = (word: string): string =>
  image.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? '';
const imageEnv: Record<string, string> = Object.fromEntries(
  instructionOf('ENV')
    .split(' ')
    .map((pair) => pair.split('=')),
);

/** Names and values of every `environment:` in the compose file. */
const composeEnv = Object.fromEntries(
  [...compose.matchAll(/^( *)environment:\n((?:\1 {2}.*\n)+)/gm)].flatMap(([, , lines = '']) =>
    [...lines.matchAll(/^ *(\w+): (.+)$/gm)].map(([, name = '', value = '']): [string, string] => [name, value]),
  ),
);
/** Those that other programs than Keybook read. */
const ofOthers = new Set(['POSTGRES_USER', 'POSTGRES_PASSWORD', 'KEYBOOK_HOST', 'KEYBOOK_SERVERS']);

/** What the image has in /app, where nobody may write: copied as the Containerfile says. */
function imageFolder(): string {
  const folder = newFolder();
  const copied = image.flatMap((line) => /^COPY --from=build \/app\/(\S+) (\S+)$/.exec(line)?.slice(1, 3) ?? []);
  expect(copied.filter((_, i) => i % 2 === 0)).toEqual(copied.filter((_, i) => i % 2 === 1));
  const web = join(root, 'src', 'web');
  for (const name of new Set(copied)) {
    if (name === 'node_modules') symlinkSync(join(root, name), join(folder, name));
    else cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => path !== web });
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name.startsWith('node_modules')) continue;
    const path = join(folder, name);
    chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
  }
  chmodSync(folder, 0o555);
  return folder;
}

/** An account without rights, where this process may become one. */
const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

describe('the container image', () => {
  it('house: its server starts as a user without rights, where only the data may be written, answers, and ends by SIGTERM', async () => {
    const folder = imageFolder();
    const dataDir = newFolder();
    if (account.uid !== undefined) chownSync(dataDir, account.uid, account.gid);
    const [node, program = ''] = JSON.parse(instructionOf('ENTRYPOINT'));
    expect([node, program]).toEqual(['node', '/app/bin/keybook.js']);
    const env = { ...imageEnv, HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir };
    const args = [program.replace('/app', folder), ...JSON.parse(instructionOf('CMD'))];
    const child = spawn(process.execPath, args, { env, cwd: folder, ...account });
    atEnd(() => child.kill('SIGKILL'));
    const server = await answering(child);
    await setUp(server);
    for (const path of ['/', '/api/docs', '/api/v1/openapi.json', '/healthz'])
      expect((await fetch(server.url + path)).status, path).toBe(200);
    expect(statSync(join(dataDir, 'secrets', 'master.key')).uid).toBe(account.uid ?? process.getuid?.());

    const [, health = ''] = /CMD (\[.+\])$/.exec(instructionOf('HEALTHCHECK')) ?? [];
    const asked = (port: string) => {
      const words = JSON.parse(health)
        .slice(1)
        .map((word: string) => word.replace('127.0.0.1:4180', `127.0.0.1:${port}`));
      return new Promise((resolve) => spawn(process.execPath, words, { env: {} }).on('exit', resolve));
    };
    expect(await asked(new URL(server.url).port)).toBe(0);
    child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ status: 0 });
    expect(await asked(new URL(server.url).port)).toBe(1);
  });

  it('house: it is not root, has one volume, and is built from the lock file', () => {
    expect(instructionOf('USER')).toBe('1000:1000');
    expect(image.filter((line) => line.startsWith('VOLUME'))).toEqual(['VOLUME /data']);
    expect(instructionOf('EXPOSE')).toBe(settingDocs.find(({ name }) => name === 'PORT')?.fallback);
    expect(building.join('\n')).toContain('RUN npm ci ');
    expect(Object.keys(imageEnv).filter((name) => !settings.has(name))).toEqual([]);
    expect(readConfig(imageEnv)).toMatchObject({ host: '0.0.0.0', dataDir: '/data' });
  });

  it('house: what is copied to build it is enough to build the pages', () => {
    const folder = newFolder();
    for (const path of building.flatMap((line) => (line.startsWith('COPY ') ? line.split(' ').slice(1, -1) : [])))
      cpSync(join(root, path), join(folder, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const env = { PATH: `${join(folder, 'node_modules', '.bin')}:${process.env.PATH}`, HOME: folder };
    const built = spawnSync('sh', ['-c', JSON.parse(read('package.json')).scripts.build], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(built).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder, 'dist', 'web'))).toEqual(readdirSync(join(root, 'dist', 'web')));
  });

  it('house: the packages it leaves out are those that no room of the server asks for', () => {
    const sources = ['cli', 'contract', 'db', 'domain', 'server'].flatMap((room) =>
      readdirSync(join(root, 'src', room), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => read(join('src', room, path))),
    );
    const isAsked = (name: string) => sources.some((text) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
    const { dependencies } = JSON.parse(read('package.json'));
    const unasked = Object.keys(dependencies).filter((name) => !isAsked(name));
    const [, listed = ''] = /npm uninstall (.+)/.exec(building.join('\n')) ?? [];
    expect(listed.split(/ +/).filter((word) => !word.startsWith('--'))).toEqual(unasked);
  });
});

describe('the compose file', () => {
  it('house: its settings are ones that Keybook has, and a start takes them', () => {
    const own = Object.entries(composeEnv).filter(([name]) => !ofOthers.has(name));
    expect(own.map(([name]) => name).filter((name) => !settings.has(name))).toEqual([]);
    const filled = own.map(([name, value]) => [name, value.replaceAll(/\$\{\w+:\?[^}]+\}/g, 'keys.example.org')]);
    const config = readConfig({ ...imageEnv, ...Object.fromEntries(filled) });
    expect(config).toMatchObject({
      baseUrl: 'https://keys.example.org',
      databaseUrl: expect.stringContaining('@database/'),
    });
    expect(compose).toContain(`subnet: ${composeEnv.TRUSTED_PROXIES}`);
  });

  it('house: the proxy is told what its file asks for, and where the servers listen', () => {
    const asked = [...caddy.matchAll(/\{\$(\w+):/g)].map(([, name]) => name);
    for (const name of asked) expect(composeEnv).toHaveProperty(name ?? '');
    expect(composeEnv.KEYBOOK_SERVERS).toBe(`one:${imageEnv.PORT} two:${imageEnv.PORT}`);
    for (const port of [caddy, read('deploy/nginx.conf')].flatMap((text) => /127\.0\.0\.1:(\d+)/.exec(text)?.[1] ?? []))
      expect(port).toBe(imageEnv.PORT);
  });

  it('house: two servers that share the folder of the secrets, as there, both start on an empty database', async () => {
    const DATABASE_URL = await newDatabase();
    atEnd(() => dropDatabase(DATABASE_URL));
    const secrets = newFolder();
    const dataDirs = [newFolder(), newFolder()];
    for (const dataDir of dataDirs) symlinkSync(secrets, join(dataDir, 'secrets'));
    const [one, other] = await Promise.all(dataDirs.map((DATA_DIR) => serve({ DATABASE_URL, DATA_DIR })));
    expect(readFileSync(join(secrets, 'setup-token'), 'utf8').trim()).not.toBe('');
    if (other) await setUp(other);
    const ready = await (await fetch(`${one?.url}/readyz`)).json();
    expect(ready).toMatchObject({
      ready: true,
      checks: expect.arrayContaining([{ name: 'setup', ok: true, detail: 'done' }]),
    });
    expect(readdirSync(secrets).filter((name) => name === 'master.key')).toHaveLength(1);
  });
});

describe('the systemd unit', () => {
  const [, node = '', program = '', command] = /^ExecStart=(\S+) (\S+) (\S+)$/m.exec(unit) ?? [];

  it('house: it starts the server as a user of its own, with settings that Keybook has', () => {
    expect([node, program, command]).toEqual([
      '/opt/keybook/node_modules/.bin/node',
      '/opt/keybook/bin/keybook.js',
      'serve',
    ]);
    expect(() => statSync(program.replace('/opt/keybook', root))).not.toThrow();
    expect(unit).toMatch(/^User=(?!root)\w+$/m);
    const env = [...unit.matchAll(/^Environment=(\w+)=(.+)$/gm)].map(([, name = '', value = '']) => [name, value]);
    expect(env.filter(([name]) => !settings.has(name ?? ''))).toEqual([]);
    expect(readConfig(Object.fromEntries(env)).dataDir).toBe(`/var/lib/${/^StateDirectory=(\w+)$/m.exec(unit)?.[1]}`);
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)(
    'house: systemd finds no fault in it, and calls its exposure OK (skipped without systemd-analyze)',
    () => {
      const file = join(newFolder(), 'keybook.service');
      writeFileSync(file, unit.replaceAll(node, process.execPath).replaceAll('User=keybook', 'User=root'));
      const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
      expect(verified).toMatchObject({ status: 0, stderr: '' });
      const judged = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=25', file]);
      expect(judged.status).toBe(0);
    },
  );
});

it('house: the guide names every file of deploy, and there is none besides', () => {
  const guide = read('docs/OPERATING.md');
  for (const name of readdirSync(join(root, 'deploy'))) expect(guide).toContain(`](../deploy/${basename(name)})`);
});
