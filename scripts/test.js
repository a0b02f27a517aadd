// `npm test`: everything that must hold before a change is kept. The tests are run where no check fails; the last
// line is always "N passed, N failed" once tests have run. Arguments are passed to vitest (`npm test -- test/domain`).

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');

const checks = [
  ['types', 'tsc', ['--noEmit']],
  ['types of the browser application', 'tsc', ['--noEmit', '-p', 'src/web']],
  ['format and lint', 'biome', ['ci', '.']],
  ['unused files, exports and packages', 'knip', []],
];

const results = await Promise.all(checks.map(check));
const failed = checks.filter((_, i) => !results[i]).map(([title]) => title);
if (failed.length > 0) {
  console.error(`\n== FAILED: ${failed.join('; ')}. The tests were not run.`);
  process.exit(1);
}
process.exitCode = test(process.argv.slice(2)) ? 0 : 1;

/** The checks run side by side; what one says is shown when it has ended. */
function check([title, command, args]) {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'pipe', 'pipe'];
    const child = spawn(join(binaries, command), args, { cwd: root, stdio, env: environment() });
    let said = `\n== ${title} (${[command, ...args].join(' ')})\n`;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    child.on('error', (error) => {
      said += `${command} could not be started: ${error.message}\n`;
    });
    child.on('close', (status) => {
      process.stdout.write(said);
      resolve(status === 0);
    });
  });
}

function environment() {
  return { ...process.env, PATH: binaries + delimiter + process.env.PATH };
}

function run(command, args) {
  const result = spawnSync(join(binaries, command), args, { cwd: root, stdio: 'inherit', env: environment() });
  if (result.error) console.error(`${command} could not be started: ${result.error.message}`);
  return result.status === 0;
}

function test(args) {
  console.log('\n== tests (vitest run)');
  const folder = mkdtempSync(join(tmpdir(), 'keybook-test-'));
  const report = join(folder, 'report.json');
  try {
    const ended = run('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]);
    const { passed, ...counted } = count(report);
    if (passed + counted.failed === 0) console.error('\n== FAILED: no test was run.');
    else if (!ended && counted.failed === 0) console.error('\n== FAILED: an error outside the tests, see above.');
    const failed = ended && passed > 0 ? counted.failed : Math.max(counted.failed, 1);
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that cannot be loaded has no tests to count: it counts as one failure. */
function count(report) {
  const result = readReport(report);
  if (!result) return { passed: 0, failed: 0 };
  const unloadable = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  return { passed: result.numPassedTests, failed: result.numFailedTests + unloadable.length };
}

function readReport(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    console.error(`vitest left no readable report: ${error.message}`);
    return undefined;
  }
}
