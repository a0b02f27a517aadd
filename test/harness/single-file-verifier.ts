import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import type { VerifyResult } from '../../src/domain/audit/verify.ts';

const verifier = fileURLToPath(new URL('../../verifier/keybook-verify.mjs', import.meta.url));

/** A folder that is deleted after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-audit-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
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

/** The single-file verifier without its command line, for those who call it thousands of times. */
export async function loadVerifier(folder: string): Promise<(file: string) => Promise<VerifyResult>> {
  const text = readFileSync(verifier, 'utf8');
  const commandLine = text.lastIndexOf('\nconst { file, notes, key, json } = readCommandLine();');
  if (commandLine < 0) throw new Error('the single-file verifier ends in another way than it did');
  const copy = join(folder, 'verifier.mjs');
  writeFileSync(copy, `${text.slice(0, commandLine)}\nexport { verifyFile };\n`);
  // What the file says above its last lines: verifyFile(file, outside notes, key).
  const { verifyFile } = (await import(pathToFileURL(copy).href)) as {
    verifyFile: (file: string, outside: unknown[], key?: string) => Promise<VerifyResult>;
  };
  return (file) => verifyFile(file, []);
}
