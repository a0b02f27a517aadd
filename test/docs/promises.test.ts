import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/PROMISES.md`, 'utf8');
const promised = promisesOf(page);

/** The files of a folder with their text, by path. */
function filesOf(folder: string, name: RegExp): [string, string][] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path))
    .map((path) => [`${folder}/${path.replaceAll('\\', '/')}`, readFileSync(`${root}${folder}/${path}`, 'utf8')]);
}

const sources = filesOf('src', /\.(tsx?|css)$/);
const tests = filesOf('test', /\.test\.ts$/);

test('house: every promise that source or tests cite stands in docs/PROMISES.md', () => {
  const cited = [
    ...sources.flatMap(([path, text]) => citedInComments(text).map((number) => ({ path, number }))),
    ...tests.flatMap(([path, text]) => citedInTitles(text).map((number) => ({ path, number }))),
  ];
  expect(cited.length).toBeGreaterThan(500);
  expect(cited.filter(({ number }) => !promised.has(number))).toEqual([]);
});

test('house: docs/PROMISES.md says each number once, without gaps', () => {
  const numbers = numbersOf(page);
  expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
  const sizes = Map.groupBy(numbers, (number) => number.slice(0, 1));
  for (const [letter, all] of sizes) expect(all).toEqual(all.map((_, i) => `${letter}${i + 1}`));
});

test('house: what docs/PROMISES.md calls kept is cited by a test, and what it calls not kept yet by none', () => {
  const shown = new Set(tests.flatMap(([, text]) => citedInTitles(text)));
  const lines = (mark: RegExp) => Array.from(page.matchAll(mark), (match) => match[1] ?? '');
  expect(lines(/^- \*\*(\w+)\*\* (?!_\()/gm).filter((number) => !shown.has(number))).toEqual([]);
  expect(lines(/^- \*\*(\w+)\*\* _\(not yet\)_/gm).filter((number) => shown.has(number))).toEqual([]);
});

describe('the checker itself', () => {
  test.each([
    ['// Refused where it is taken (K4, A2).', ['K4', 'A2']],
    ['/** Adds one key (K1–K4). */', ['K1', 'K2', 'K3', 'K4']],
    ['const cell = "A1"; // see Z99', ['Z99']],
    ["const url = 'https://x/K77'; /* L7:\n L8 */", ['L7', 'L8']],
    ['const a = `V25 // K77`;', []],
  ])('house: finds, in %s, %j', (text, numbers) => {
    expect(citedInComments(text)).toEqual(numbers);
  });

  test.each([
    ["it('K4: refuses it', () => {", ['K4']],
    ["test.each(rows)('S3, V6: %s', () => {", ['S3', 'V6']],
    ["    'P4, security 12: long title',", ['P4']],
    ['it(`K1–K3: all`, async () => {', ['K1', 'K2', 'K3']],
    ["describe('W1 auf Deutsch: zehn', () => {", ['W1']],
    ["'Model Number: U14-B',", []],
    ["const cell = 'A1:A9';", []],
    ["it('house: K77 is no title of a promise', () => {", []],
  ])('house: finds, in the title %s, %j', (text, numbers) => {
    expect(citedInTitles(text)).toEqual(numbers);
  });

  test('house: knows a number that stands on the page from one that does not', () => {
    expect([promised.has('K8'), promised.has('K99'), promised.has('Z2')]).toEqual([true, false, false]);
    expect([...promisesOf('- **Q1** One.\n- Q2 is not one.\n- **Q3** _(not yet)_ Three.\n')]).toEqual(['Q1', 'Q3']);
  });
});

function numbersOf(text: string): string[] {
  return Array.from(text.matchAll(/^- \*\*([A-Z]\d+)\*\* /gm), (match) => match[1] ?? '');
}

function promisesOf(text: string): Set<string> {
  return new Set(numbersOf(text));
}

/** The numbers in the comments of a source; strings are passed over. */
function citedInComments(text: string): string[] {
  const strings = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/.source;
  const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/.source;
  return Array.from(text.matchAll(new RegExp(`${strings}|(${comments})`, 'g')), (match) => match[1] ?? '').flatMap(
    cited,
  );
}

/** The numbers before the colon with which the title of a test begins. */
function citedInTitles(text: string): string[] {
  const titles = text.matchAll(
    /['"`]([A-Z]\d{1,2}(?:(?:, |–)(?:[A-Z]\d{1,2}|[A-Z]|security \d+|\d+))*)(?: auf Deutsch)?: /g,
  );
  return Array.from(titles, (match) => match[1] ?? '').flatMap(cited);
}

/** The numbers of a text; K1–K4 is four of them. */
function cited(text: string): string[] {
  return Array.from(text.matchAll(/\b([A-Z])(\d{1,2})(?:–\1(\d{1,2}))?\b/g)).flatMap(
    ([, letter, first, last = first]) =>
      Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => `${letter}${Number(first) + i}`),
  );
}
