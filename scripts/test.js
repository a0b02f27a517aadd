// `npm test`: everything that must hold before a change is kept. Stops at the first check that fails; the last line
// is always "N passed, N failed" once tests have run. Arguments are passed to vitest (`npm test -- test/domain`).

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');

check('types', 'tsc', ['--noEmit']);
check('types of the browser application', 'tsc', ['--noEmit', '-p', 'src/web']);
check('format and lint', 'biome', ['ci', '.']);
check('unused files, exports and packages', 'knip', []);
process.exitCode = test(process.argv.slice(2)) ? 0 : 1;

function check(title, command, args) {
  console.log(`\n== ${title} (${[command, ...args].join(' ')})`);
  if (run(command, args)) return;
  console.error(`\n== FAILED: ${title}. The tests were not run.`);
  process.exit(1);
}

function run(command, args) {
  const path = binaries + delimiter + process.env.PATH;
  const result = spawnSync(join(binaries, command), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
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
