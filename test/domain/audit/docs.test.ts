import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { encodeBase64Url } from '../../../src/domain/audit/base64.ts';
import { leafHash } from '../../../src/domain/audit/tree.ts';
import { sha } from '../../audit-vectors/build-log.ts';
import { readExport } from '../../audit-vectors/export-file.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const text = readFileSync(`${root}docs/AUDIT.md`, 'utf8');

test('L9: the example in docs/AUDIT.md is the vector it names', () => {
  const { rows, checkpoints } = readExport(readFileSync(`${root}test/audit-vectors/valid/one-entry.jsonl`, 'utf8'));
  const [{ header, salt, body } = { header: '', salt: '', body: '' }] = rows;
  for (const part of [header, salt, body, encodeBase64Url(leafHash(sha, header)), checkpoints[0]?.note]) {
    expect(text).toContain(part || 'nothing');
  }
});

test('L9: the commands in docs/AUDIT.md end as it says', () => {
  const commands = text.replaceAll('\\\n', ' ').match(/^node verifier\/keybook-verify\.mjs test\/.*$/gm) ?? [];
  const status = commands.map((command) => {
    const [, ...args] = command.split(/\s+/);
    return spawnSync(process.execPath, args, { cwd: root }).status;
  });
  expect(status).toEqual([0, 1, 0, 1]);
});
