import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder, verifyApart } from '../../harness/single-file-verifier.ts';

const folder = temporaryFolder();
const valid = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../audit-vectors/valid/${name}`, import.meta.url)), 'utf8');
const key = valid('key.txt').trim();
const lines = valid('erased-key.jsonl').trimEnd().split('\n');
const evidence = valid('of-key.evidence');

/** Readers differ in which of two members of one name they take; people see the first. */
const forged = '"body":"{\\"name\\":\\"Somebody else\\"}",';

function put(text: string, before: string, what: string): string {
  if (!text.includes(before)) throw new Error(`there is no ${before}`);
  return text.replace(before, () => what + before);
}

const firstEntry = lines.findIndex((line) => line.startsWith('{"entry":') && line.includes('"body":"'));
const idx = firstEntry - 1;
const inEntry = (what: string) => lines.with(firstEntry, put(lines[firstEntry] ?? '', '"body":', what)).join('\n');
const lastLine = lines.length - 1;

describe('L9: an export in which a member is there twice', () => {
  test.each([
    ['the content of an entry', inEntry(forged), idx, '"body"'],
    ['the same under a name with an escape', inEntry(forged.replace('body', 'b\\u006fdy')), idx, '"body"'],
    ['a member before the real entry', put(lines.join('\n'), '"entry":', '"entry":{"body":"x"},'), 0, '"entry"'],
    ['the origin', put(lines.join('\n'), '"origin":', '"origin":"keybook/another",'), null, '"origin"'],
    ['the size of a checkpoint', put(lines.join('\n'), '"note":', '"size":5,'), null, '"size"'],
    [
      'the end',
      lines.with(lastLine, put(lines[lastLine] ?? '', '"end":', '"end":{"size":1},')).join('\n'),
      null,
      '"end"',
    ],
  ])('L9: %s is named', (_, text, at, name) => {
    const { ok, status, firstBad } = verifyApart(join(folder, 'log.jsonl'), { text, key });
    expect({ ok, status, idx: firstBad?.idx, code: firstBad?.code }).toEqual({
      ok: false,
      status: 1,
      idx: at,
      code: 'format',
    });
    expect(firstBad?.problem).toContain(`${name} twice`);
  });

  test('L9: one with other spaces and order of members is read as ever', () => {
    const text = lines
      .join('\n')
      .replace('{"entry":{"idx":0,', '{"entry":{ "idx": 0,')
      .replaceAll('"erasedBy":null}}', '"erasedBy":null} }');
    expect(verifyApart(join(folder, 'spaced.jsonl'), { text, key })).toMatchObject({ ok: true, status: 0 });
  });
});

describe('L10: evidence in which a member is there twice', () => {
  const firstBody = evidence.slice(evidence.indexOf('"body": "')).split('\n')[0] ?? '';
  test.each([
    ['the content of an entry', put(evidence, firstBody, forged), '"body"'],
    ['all of its entries', put(evidence, '"entries":', '"entries": [{"idx":0,"body":"forged"}],'), '"entries"'],
    ['a part of its filter', put(evidence, '"keyId":', '"keyId": "another",'), '"keyId"'],
    ['a name between brackets in texts', put(evidence, firstBody, '"body": "]}[{\\"\\\\",'), '"body"'],
  ])('L10: %s is named', (_, text, name) => {
    const { ok, status, firstBad } = verifyApart(join(folder, 'some.evidence'), { text, key });
    expect({ ok, status, code: firstBad?.code }).toEqual({ ok: false, status: 1, code: 'format' });
    expect(firstBad?.problem).toContain(`${name} twice`);
  });

  test('L10: members of one name in several objects are none', () => {
    const text = JSON.stringify(JSON.parse(evidence));
    expect(verifyApart(join(folder, 'packed.evidence'), { text, key })).toMatchObject({ ok: true, status: 0 });
  });
});
