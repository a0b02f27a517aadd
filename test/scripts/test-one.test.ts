import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

function testOne(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  // A run inside a run: what vitest tells its own processes is not for the inner one.
  const { PATH, HOME } = process.env;
  return spawnSync(process.execPath, ['scripts/test-one.js', ...args], {
    cwd: root,
    env: { PATH, HOME, NO_COLOR: '1' },
    encoding: 'utf8',
  });
}

test('house: one test is run by a part of its path, alone', () => {
  const { status, stdout, stderr } = testOne('domain/day', '-t', 'days between');
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/Test Files +1 passed \(1\)/);
});

test.each([
  [['no-such-test'], 'no test file has "no-such-test" in its path'],
  [['day', 'no-such-test'], 'no test file has "no-such-test" in its path'],
  [[], 'say which'],
  [['-t', 'K4'], 'say which'],
])('house: %j is refused in words, and nothing is run', (args, words) => {
  const { status, stdout, stderr } = testOne(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(words);
  expect(stdout).toBe('');
});
