import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { verdictLines } from '../../../src/cli/audit-verdict.ts';
import { verifyLog } from '../../../src/domain/audit/verify.ts';
import { type BuiltLog, buildLog, sha, signer, sourceOf, verifySignature } from '../../audit-vectors/build-log.ts';
import { writeExport } from '../../audit-vectors/export-file.ts';
import { story } from '../../audit-vectors/story.ts';
import { temporaryFolder } from '../../harness/single-file-verifier.ts';

const verifier = fileURLToPath(new URL('../../../verifier/keybook-verify.mjs', import.meta.url));
const folder = temporaryFolder();

/** What the single-file verifier says in words of a log, and what the verdict of `audit verify` is without tags. */
async function judged(log: BuiltLog, pinnedKey?: string, outside: string[] = []) {
  const file = join(folder, 'log.jsonl');
  writeFileSync(file, writeExport(log));
  const notes = outside.flatMap((note, i) => {
    writeFileSync(`${file}.${i}.note`, note);
    return ['--checkpoint', `${file}.${i}.note`];
  });
  const args = [verifier, file, ...notes, ...(pinnedKey ? ['--key', pinnedKey] : [])];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const json = spawnSync(process.execPath, [...args, '--json'], { encoding: 'utf8' });
  const here = await verifyLog({ sha, verifySignature, source: sourceOf(log, false), pinnedKey, outside });
  return {
    words: stdout.split('\n').filter((line) => /^(?:OK|NOT)/.test(line)),
    status,
    provenTo: JSON.parse(json.stdout).provenTo,
    here: { ok: here.ok, provenTo: here.provenTo, words: verdictLines(here) },
  };
}

/** The story as somebody without any key would have it: another content at one place, and all that follows fits. */
const invented = (at: number) =>
  buildLog(
    story.map((happening, i) => (i === at ? { ...happening, body: { invented: true } } : happening)),
    [],
  );
const genuine = buildLog(story, [0, 10]);
const [empty, first] = genuine.checkpoints;
const both = (all: string, rest: string) => [`OK           ${all}`, `NOT PROVEN   ${rest}`];
const madeUp = 'nothing signed covers them; whoever made this file may have made them up';

describe('L9: what no checkpoint covers is never called whole', () => {
  test('L9: an invented log without a checkpoint is not called OK', async () => {
    const { words, status, provenTo, here } = await judged(invented(3));
    expect(words).toEqual([`NOT PROVEN   entries 0 to 22: ${madeUp}`]);
    expect({ status, provenTo }).toEqual({ status: 0, provenTo: null });
    expect(here).toMatchObject({ ok: true, provenTo: null });
    expect(here.words).toEqual([
      expect.stringMatching(/^NOT PROVEN: entries 0 to 22: .* may have made them up/),
      expect.stringMatching(/^23 entries, root .*, 0 checkpoints, tags not checked$/),
    ]);
  });

  test.each([
    ['none', []],
    ['that of the empty log', [empty]],
  ])('L9: with the key given and of checkpoints %s, it is not whole', async (_, checkpoints) => {
    const log = { ...invented(3), checkpoints: checkpoints.filter((one) => one !== undefined) };
    const { words, status, provenTo, here } = await judged(log, signer.publicKey);
    expect(words).toEqual([
      expect.stringMatching(/^NOT OK .*no checkpoint of that key covers any entry.*again after one was made/),
    ]);
    expect({ status, provenTo }).toEqual({ status: 1, provenTo: null });
    expect(here).toMatchObject({ ok: false, provenTo: null });
    expect(here.words[0]).toContain('NOT ok');
  });

  test('L9: a checkpoint held elsewhere that covers nothing does not make it whole either', async () => {
    const { words, status } = await judged(invented(3), undefined, [empty?.note ?? '']);
    expect(words).toEqual([expect.stringMatching(/^NOT OK .*covers any entry/)]);
    expect(status).toBe(1);
  });

  test('L9: entries rewritten behind a genuine checkpoint are named as not proven, with the key and without', async () => {
    const log = { ...invented(12), checkpoints: first ? [first] : [] };
    const { words, status, provenTo, here } = await judged(log, signer.publicKey);
    expect(words).toEqual(both('entries 0 to 9 are as they were signed', `entries 10 to 22: ${madeUp}`));
    expect({ status, provenTo }).toEqual({ status: 0, provenTo: 9 });
    expect(here).toMatchObject({ ok: true, provenTo: 9 });
    expect(here.words).toEqual([
      expect.stringMatching(/^ok: /),
      'entries 0 to 9 are as they were signed',
      expect.stringMatching(/^NOT PROVEN: entries 10 to 22: .* may have made them up/),
    ]);
    const unpinned = await judged(log);
    expect(unpinned.words[0]).toBe(
      'OK           entries 0 to 9 are as they were signed, with the key that this file itself names',
    );
    expect(unpinned.words[1]).toBe(words[1]);
    const outside = await judged(log, undefined, [first?.note ?? '']);
    expect(outside.words).toEqual(words);
  });

  test('L9: a log that is covered whole, and one without entries, has nothing unproven', async () => {
    const { words, provenTo, here } = await judged(buildLog(story, [10, story.length]), signer.publicKey);
    expect(words).toEqual(['OK           entries 0 to 22 are as they were signed']);
    expect([provenTo, here.provenTo]).toEqual([22, 22]);
    const one = await judged(buildLog(story.slice(0, 1), [1]), signer.publicKey);
    expect(one.words).toEqual(['OK           entry 0 is as it was signed']);
    const none = await judged(buildLog([], []), signer.publicKey);
    expect(none.words).toEqual(['OK           there are no entries']);
    expect(none).toMatchObject({ status: 0, provenTo: null });
  });

  test('L9, S3: where every tag fits, audit verify says that those prove the rest', () => {
    const result = { size: 23, root: 'r', problems: [], checkpointsVerified: 1, keyPinned: false, warnings: [] };
    const tags = { from: 0, checked: 23 };
    expect(verdictLines({ ...result, ok: true, provenTo: 9, tags })).toEqual([
      expect.stringMatching(/^ok: .*23 tags checked/),
      'entries 0 to 9 are as they were signed',
      'entries 10 to 22: no checkpoint covers them yet; their tags prove that this installation wrote them',
    ]);
    expect(verdictLines({ ...result, ok: true, provenTo: null, tags })).toEqual([
      expect.stringMatching(/^ok: .*23 tags checked/),
      'entries 0 to 22: no checkpoint covers them yet; their tags prove that this installation wrote them',
    ]);
  });
});
