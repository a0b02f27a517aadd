import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { newFolder } from '../harness/process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

// Its figures say nothing here; that ours and the bare program answer the same rows is asserted by the benchmark itself.
it('T: the benchmark runs: it compares the list, applying and making keys with bare programs', () => {
  const file = join(newFolder(), 'figures.json');
  const size = ['--keys', '200', '--seconds', '0.2', '--rounds', '1', '--warmup', '0.1', '--engine', 'sqlite'];
  const ended = spawnSync(process.execPath, ['test/bench/main.ts', ...size, '--json', file], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 0, stderr: '' });
  const { figures }: { figures: { what: string; ratio: number }[] } = JSON.parse(readFileSync(file, 'utf8'));
  expect(figures.map(({ what, ratio }) => `${what.split(' ')[0]} ${ratio > 0 && Number.isFinite(ratio)}`)).toEqual([
    'list true',
    'apply true',
    'create true',
  ]);
});
