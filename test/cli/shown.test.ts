import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { explain, Refusal } from '../../src/cli/exit.ts';
import { newOutput, table } from '../../src/cli/output.ts';
import { ProblemError } from '../../src/contract/client.ts';
import { buildLog } from '../audit-vectors/build-log.ts';
import { evidenceOf } from '../audit-vectors/evidence-file.ts';
import { writeExport } from '../audit-vectors/export-file.ts';
import { story, storyCheckpoints } from '../audit-vectors/story.ts';
import { temporaryFolder } from '../harness/single-file-verifier.ts';

/** What a terminal obeys instead of showing: an escape, its C1 form, a line end, a direction, a tag outside the BMP. */
const evil = 'a\u001b[8mb\u009b2Jc\nOK           d\u202ee\u{e0041}\u2028f';
const harmless = 'a\\u001b[8mb\\u009b2Jc\\u000aOK           d\\u202ee\\udb40\\udc41\\u2028f';
const obeyed = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--\n]/v;

const verifier = fileURLToPath(new URL('../../verifier/keybook-verify.mjs', import.meta.url));
const folder = temporaryFolder();
const verify = (text: string, ...options: string[]) => {
  const file = join(folder, 'told');
  writeFileSync(file, text);
  return spawnSync(process.execPath, [verifier, file, ...options], { encoding: 'utf8' });
};

describe('L9, L10: the single-file verifier shows texts of a file and obeys none', () => {
  const log = buildLog(story, storyCheckpoints);

  it('L10: an origin of evidence cannot write a verdict of its own', async () => {
    const text = JSON.stringify({ ...(await evidenceOf(log, 'keyId', 'alpha')), origin: evil });
    const { stdout, status } = verify(text);
    expect(stdout).toContain(`log          ${harmless}\n`);
    expect(stdout).not.toMatch(obeyed);
    expect(stdout).not.toMatch(/^OK/m);
    expect(status).toBe(1);
  });

  it('L9: nor can that of an export, or the name of its key, and JSON says the same to programs', () => {
    const text = writeExport({ ...log, origin: evil, publicKey: evil });
    for (const options of [[], ['--json']]) {
      const { stdout, status } = verify(text, ...options);
      expect(stdout).not.toMatch(obeyed);
      expect(stdout).not.toMatch(/^OK/m);
      expect(status).toBe(1);
    }
    expect(JSON.parse(verify(text, '--json').stdout).origin).toBe(evil);
  });

  it('L9: nor the name of a file that cannot be read', () => {
    const { stderr, status } = spawnSync(process.execPath, [verifier, join(folder, evil)], { encoding: 'utf8' });
    expect(stderr).toContain(harmless);
    expect(stderr).not.toMatch(obeyed);
    expect(status).toBe(2);
  });
});

describe('S3: commands show texts of rows and obey none', () => {
  afterEach(() => vi.restoreAllMocks());

  /** What is written by somebody who does this. */
  function written(act: () => void): string {
    let text = '';
    const keep = (part: unknown) => {
      text += String(part);
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    act();
    vi.restoreAllMocks();
    return text;
  }

  it('S3: in lines, tables and words', () => {
    expect(written(() => newOutput(false).show({}, [evil, 'next']))).toBe(`${harmless}\nnext\n`);
    expect(written(() => newOutput(false).say(evil))).toBe(`${harmless}\n`);
    expect(table(['name', 'x'], [[evil, 1]])[1]).toBe(`${harmless}  1`);
  });

  it('S3: in JSON, which says the same', () => {
    const text = written(() => newOutput(true).show({ name: evil }, []));
    expect(text).not.toMatch(obeyed);
    expect(JSON.parse(text)).toEqual({ name: evil });
  });

  it('S3: in refusals', () => {
    const problem = { type: 'x', title: 'x', status: 409, code: 'conflict', detail: evil, requestId: 'x' };
    const error = new ProblemError({ ...problem, errors: [{ pointer: '/name', code: 'x', detail: evil }] });
    expect(written(() => explain(error, false))).toBe(`keybook: ${harmless}\n`);
    expect(written(() => explain(error, true))).not.toMatch(obeyed);
    expect(written(() => explain(new Refusal(`Two fit:\n${evil.replace('\n', '')}`), false))).toBe(
      `keybook: Two fit:\n${harmless.replace('\\u000a', '')}\n`,
    );
  });
});
