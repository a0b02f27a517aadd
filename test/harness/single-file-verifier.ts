import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { VerifyResult } from '../../src/domain/audit/verify.ts';
import { atEnd } from './at-end.ts';

const verifier = fileURLToPath(new URL('../../verifier/keybook-verify.mjs', import.meta.url));

/** A folder that is deleted after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-audit-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Verdict = VerifyResult & { status: number | null; stderr: string };

/**
 * What an auditor's own run of the single-file verifier says of a file; `text` is written there first. `outside` are
 * checkpoint notes kept elsewhere, `key` is the log's public key.
 */
export function verifyApart(
  file: string,
  { text, outside = [], key }: { text?: string; outside?: string[]; key?: string },
): Verdict {
  if (text !== undefined) writeFileSync(file, text);
  const notes = outside.flatMap((note, i) => {
    writeFileSync(`${file}.${i}.note`, note);
    return ['--checkpoint', `${file}.${i}.note`];
  });
  const keyOption = key === undefined ? [] : ['--key', key];
  const run = spawnSync(process.execPath, [verifier, file, '--json', ...notes, ...keyOption], { encoding: 'utf8' });
  if (run.stdout === '') throw new Error(run.stderr);
  return { ...JSON.parse(run.stdout), status: run.status, stderr: run.stderr };
}

type VerifierModule = {
  verifyFile: (file: string) => Promise<VerifyResult>;
  verifyDatabase: (database: DatabaseSync) => VerifyResult;
};

/** The single-file verifier as a part of this process, for those who call it thousands of times. */
export async function loadVerifier(): Promise<VerifierModule> {
  // Plain JavaScript without types of its own: these are the two that its comments describe.
  return (await import(pathToFileURL(verifier).href)) as VerifierModule;
}
