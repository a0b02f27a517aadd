// `npm run test:one -- NAME…`: the test files whose path contains a name, and nothing else: no types, no lint, PostgreSQL
// only where a test asks for it, the browser application only where a test opens it. What begins with a dash, and all
// behind it, goes to vitest: `npm run test:one -- keys -t 'K4'`. Runs on any Node from 18 on, like prepare.js.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');

const given = process.argv.slice(2);
const dash = given.findIndex((arg) => arg.startsWith('-'));
const names = dash < 0 ? given : given.slice(0, dash);
const options = dash < 0 ? [] : given.slice(dash);

const all = below('test').filter((path) => /\.test\.ts$/.test(path) && !path.startsWith('test/soak/'));

if (names.length === 0) refuse('say which: npm run test:one -- NAME…, a part of the path of a test file');
for (const name of names) if (!filesOf(name).length) refuse(`no test file has "${name}" in its path`);

const files = [...new Set(names.flatMap(filesOf))];
prepare(files.some(opensPages));
const path = binaries + delimiter + process.env.PATH;
const tests = spawnSync(join(binaries, 'vitest'), ['run', ...files, ...options], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
if (tests.error) console.error(`test:one: vitest could not be started: ${tests.error.message}`);
process.exitCode = tests.status ?? 1;

function below(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? below(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}

function filesOf(name) {
  return all.filter((path) => path.includes(name));
}

/** Whether a test file needs the browser application as its sources say it is. */
function opensPages(file) {
  return /harness\/(desk|browser)\.ts|['"/]dist\b/.test(readFileSync(join(root, file), 'utf8'));
}

function prepare(isBuilt) {
  const args = [join(root, 'scripts', 'prepare.js'), ...(isBuilt ? [] : ['--packages'])];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function refuse(message) {
  console.error(`test:one: ${message}`);
  process.exit(2);
}
