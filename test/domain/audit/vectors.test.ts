import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type VerifyResult, verifyLog } from '../../../src/domain/audit/verify.ts';
import type { Expected } from '../../audit-vectors/attacks.ts';
import { sha, sourceOf, verifySignature } from '../../audit-vectors/build-log.ts';
import { readExport } from '../../audit-vectors/export-file.ts';
import { vectors } from '../../audit-vectors/generate.ts';

type Case = Expected & { file: string; outside: string[]; key?: string };

const folder = fileURLToPath(new URL('../../audit-vectors/', import.meta.url));
const verifier = fileURLToPath(new URL('../../../verifier/keybook-verify.mjs', import.meta.url));
const read = (path: string) => readFileSync(`${folder}${path}`, 'utf8');
const namesIn = (name: string, ending: string) =>
  readdirSync(`${folder}${name}`).filter((file) => file.endsWith(ending));

const key = read('valid/key.txt').trim();
const wholeExports = namesIn('valid', '.jsonl');
/** With the key given, nothing is whole that no checkpoint covers. */
const coveredExports = wholeExports.filter((file) => file !== 'no-checkpoint.jsonl');
const wholeEvidence = namesIn('valid', '.evidence');
const cases: Case[] = read('invalid/expected.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

function verifyHere(path: string, outside: string[], pinnedKey?: string): Promise<VerifyResult> {
  const { head, ...log } = readExport(read(path));
  const source = { ...sourceOf({ ...log, head: { size: 0, frontier: '' } }, false), head: async () => head };
  return verifyLog({ sha, verifySignature, source, outside: outside.map(read), pinnedKey });
}

type Verdict = VerifyResult & { status: number | null; provenComplete?: boolean };

function verifyApart(path: string, outside: string[], pinnedKey?: string): Verdict {
  const notes = outside.flatMap((note) => ['--checkpoint', folder + note]);
  const keyOption = pinnedKey === undefined ? [] : ['--key', pinnedKey];
  const run = spawnSync(process.execPath, [verifier, folder + path, '--json', ...notes, ...keyOption], {
    encoding: 'utf8',
  });
  if (run.stdout === '') throw new Error(run.stderr);
  return { ...JSON.parse(run.stdout), status: run.status };
}

test('L9: the vectors on disk are those the generator writes', async () => {
  const written = await vectors();
  expect(['valid', 'invalid'].flatMap((name) => namesIn(name, '').map((file) => `${name}/${file}`)).sort()).toEqual(
    [...written.keys()].sort(),
  );
  for (const [path, text] of written) expect(read(path), path).toBe(text);
});

test.each(coveredExports)('L9: both verifiers accept %s', async (file) => {
  for (const result of [await verifyHere(`valid/${file}`, [], key), verifyApart(`valid/${file}`, [], key)]) {
    expect(result.problems).toEqual([]);
    expect(result).toMatchObject({ ok: true, keyPinned: true });
  }
});

test.each(wholeExports)('L9: both verifiers say that the key of %s is not checked', async (file) => {
  const [here, apart] = [await verifyHere(`valid/${file}`, []), verifyApart(`valid/${file}`, [])];
  expect(here.warnings).toContain('key taken from the file, not checked');
  const { ok, size, root, checkpointsVerified, provenTo, latestCheckpoint, warnings } = here;
  expect(apart).toMatchObject({ ok, size, root, checkpointsVerified, provenTo, warnings, status: 0 });
  expect(apart.latestCheckpoint ?? undefined).toEqual(latestCheckpoint);
});

test.each(cases.filter(({ file }) => file.endsWith('.jsonl')))(
  'L9: both verifiers see in $file that $attack',
  async ({ file, code, firstBad, range, outside, key }) => {
    const notes = outside.map((note) => `invalid/${note}`);
    const here = await verifyHere(`invalid/${file}`, notes, key);
    const apart = verifyApart(`invalid/${file}`, notes, key);
    for (const result of [here, apart]) {
      expect(result.ok).toBe(false);
      const { idx, ...first } = result.firstBad ?? { idx: undefined };
      expect({ idx, ...first }).toMatchObject({ idx: firstBad, code, ...(range ? { range } : {}) });
    }
    const places = ({ problems }: VerifyResult) => problems.map(({ idx, code: found }) => `${idx} ${found}`).sort();
    expect(places(apart)).toEqual(places(here));
    expect(apart.status).toBe(1);
  },
);

test('L9: a falsified log that only an outside checkpoint or key betrays passes without it', async () => {
  const betrayed = cases.filter((one) => one.outside.length > 0 || one.key !== undefined);
  expect(betrayed.length).toBeGreaterThan(2);
  for (const { file } of betrayed) {
    expect((await verifyHere(`invalid/${file}`, [])).problems, file).toEqual([]);
    expect(verifyApart(`invalid/${file}`, []).problems, file).toEqual([]);
  }
});

/** Of these alone links prove that nothing is left out. */
const completeEvidence = ['of-key', 'of-key-from', 'of-deleted-key', 'of-unit'].map((name) => `${name}.evidence`);

test.each(wholeEvidence)('L10: evidence %s is accepted, and called complete only where links prove it', (file) => {
  const result = verifyApart(`valid/${file}`, [], key);
  const provenComplete = completeEvidence.includes(file);
  expect(result.problems).toEqual([]);
  expect(result).toMatchObject({ ok: true, provenComplete, status: provenComplete ? 0 : 3 });
  const { stdout } = spawnSync(process.execPath, [verifier, `${folder}valid/${file}`, '--key', key], {
    encoding: 'utf8',
  });
  expect(/^OK /m.test(stdout)).toBe(provenComplete);
  expect(stdout.startsWith('NOT PROVEN   complete: entries may be left out')).toBe(!provenComplete);
  expect(stdout.includes('\nNOT PROVEN   complete: ')).toBe(!provenComplete);
});

test.each(cases.filter(({ file }) => file.endsWith('.evidence')))('L10: it is seen in $file that $attack', (one) => {
  const result = verifyApart(`invalid/${one.file}`, [], key);
  expect(result.firstBad).toMatchObject({ idx: one.firstBad, code: one.code });
  expect(result).toMatchObject({ ok: false, provenComplete: false, status: 1 });
});

test('L10: a letter that only looks like another one is written by its number', () => {
  const run = spawnSync(process.execPath, [verifier, `${folder}invalid/filter-of-another-name.evidence`], {
    encoding: 'utf8',
  });
  expect(run.stdout).toMatch(/^NOT OK {7}and NOT PROVEN complete/);
  expect(run.stdout).toContain('about        "k\\u0435yId" ');
  expect(run.stdout).toContain(
    '\nNOT OK       the filter has a member "k\\u0435yId", by which no entries are chosen\n',
  );
  expect(run.stdout).not.toMatch(/[^\n\x20-\x7e]/);
});

test('L9: the single-file verifier imports nothing but parts of Node, and shares no code with src', () => {
  const text = readFileSync(verifier, 'utf8');
  const imported = [...text.matchAll(/^(?:import|export) .*from '(.*)';$|\bimport\('(.*)'\)/gm)].map(
    (found) => found[1] ?? found[2],
  );
  expect(imported.length).toBeGreaterThan(3);
  expect(imported.filter((name) => !name?.startsWith('node:') || !isBuiltin(name))).toEqual([]);
  expect(text.match(/^import\b|\bimport\(|\brequire\b|\bcreateRequire\b/gm)).toHaveLength(imported.length);
});

test('L9: the single-file verifier tells a wrong call from a bad log', () => {
  const status = (...args: string[]) => spawnSync(process.execPath, [verifier, ...args]).status;
  expect(status()).toBe(2);
  expect(status('--unknown')).toBe(2);
  expect(status(`${folder}valid/missing.jsonl`)).toBe(2);
  expect(status(`${folder}valid/key.txt`)).toBe(2);
  expect(status(`${folder}valid/erased-key.jsonl`)).toBe(0);
  expect(status(`${folder}invalid/cut-tail.jsonl`)).toBe(1);
});
