// Runs before `npm start`, `npm test` and `npm run bench`, on any Node from 18 on and before anything is installed:
// installs the locked packages when they are missing or older than the lock file, and builds the browser application
// when its sources are newer than what was built (not with --packages); otherwise does nothing.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const lockFile = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');
const bundledNode = join(root, 'node_modules', '.bin', 'node');

if (!hasBundledNode() && Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
  fail(
    `Keybook needs Node.js ${NEEDED_MAJOR} or newer; this is ${process.version}. On ${process.platform} ${process.arch} ` +
      'no Node.js comes with it: install one from https://nodejs.org and run this again.',
  );
}
if (isInstallNeeded() || isBuildNeeded()) {
  oneAtATime(() => {
    install();
    build();
  });
}

/** Node comes as an npm package for Linux with glibc only. */
function hasBundledNode() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return false;
  return Boolean(process.report.getReport().header.glibcVersionRuntime);
}

function isInstallNeeded() {
  if (!existsSync(installed)) return true;
  if (hasBundledNode() && !existsSync(bundledNode)) return true;
  return statSync(lockFile).mtimeMs > statSync(installed).mtimeMs;
}

function install() {
  if (!isInstallNeeded()) return;
  console.log('prepare: installing the locked packages (npm ci)');
  // The warnings left out say that the system's Node is older than the one being installed here.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.error) fail(`npm could not be started: ${npm.error.message}`);
  if (npm.status !== 0) fail(`npm ci failed (${npm.signal ?? `exit status ${npm.status}`}); its own message is above.`);
  checkBundledNode();
}

/** Looks at the files that the browser application is made of. */
function isBuildNeeded() {
  if (process.argv.includes('--packages')) return false;
  const built = statSync(join(root, 'dist', 'web', 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['src/web', 'src/contract', 'src/domain', 'scripts/compress.js', 'package-lock.json'].map((path) =>
    join(root, path),
  );
  return sources.some((path) => newestMs(path) > built);
}

function newestMs(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function build() {
  if (!isBuildNeeded()) return;
  console.log('prepare: building the browser application (vite build)');
  const node = existsSync(bundledNode) ? bundledNode : process.execPath;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  for (const step of [[vite, 'build', 'src/web', '--logLevel', 'warn'], [join(root, 'scripts', 'compress.js')]]) {
    const made = spawnSync(node, step, { cwd: root, stdio: 'inherit' });
    if (made.status !== 0)
      fail(`the build failed (${made.signal ?? `exit status ${made.status}`}); its own message is above.`);
  }
}

function checkBundledNode() {
  if (!hasBundledNode()) {
    // It would come first on the path of every npm script and cannot run here.
    rmSync(bundledNode, { force: true });
    return;
  }
  const node = spawnSync(bundledNode, ['--version'], { encoding: 'utf8' });
  if (node.status !== 0) fail(`the installed Node.js does not run: ${node.error?.message ?? node.stderr}`);
}

/**
 * Two of these in one folder destroy each other's work: the second waits for the first, then looks again. The lock
 * is outside node_modules because npm ci deletes that; it is taken over when the process that made it is gone.
 */
function oneAtATime(work) {
  const name = createHash('sha256').update(`${userInfo().uid} ${root}`).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `keybook-prepare-${name}`);
  for (let isFirst = true; !take(lock); isFirst = false) {
    if (isFirst) console.log('prepare: waiting for another one in this folder');
    if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
  process.on('exit', () => rmSync(lock, { recursive: true, force: true }));
  work();
}

function take(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  return true;
}

function isAbandoned(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    // No such process, or a lock of more than ten seconds whose owner died before writing its number.
    return error.code === 'ESRCH' || (error.code === 'ENOENT' && ageMs(lock) > 10_000);
  }
}

function ageMs(path) {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

function fail(message) {
  console.error(`prepare: ${message}`);
  process.exit(1);
}
