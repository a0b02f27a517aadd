import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path): [string, string] => [path.replaceAll('\\', '/'), readFileSync(src + path, 'utf8')]);

/** The files in which a pattern stands, with what stands there. */
function standing(pattern: RegExp): string[] {
  return sources.flatMap(([path, text]) => [...text.matchAll(pattern)].map((match) => `${path}: ${match[0]}`));
}

test('security 40: SQL text is never put together from values; only the migrations, which take none, are raw', () => {
  expect(standing(/\bsql\.raw\b|\brawSql\b/g)).toEqual(['db/migrate.ts: sql.raw']);
  // Literals, quoted by the query builder: the values of the contract's own enums.
  expect(new Set(standing(/\bsql\.lit\b/g))).toEqual(new Set(['server/list/order.ts: sql.lit']));
});

test('security 42: no pattern is made of what a user types', () => {
  const made = standing(/new RegExp\((?!`|\/)/g);
  expect(made).toEqual([]);
  // The others are put together from constants of their own file, or from names that the caller spells out.
  const files = new Set(standing(/new RegExp\(/g).map((found) => found.split(':')[0]));
  expect([...files].sort()).toEqual([
    'domain/license-key.ts',
    'server/imports/destroyed-numbers.ts',
    'server/imports/read-xml.ts',
  ]);
});

test('security 41: no text becomes markup: nothing writes HTML but the one fixed page of the API', () => {
  expect(standing(/dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write/g)).toEqual([]);
  expect(standing(/<html\b/g)).toEqual(['server/docs-page.ts: <html']);
});

test('security 54: nothing is written to the log but by its one logger, as JSON lines', () => {
  expect(standing(/\bconsole\.\w+/g)).toEqual([]);
});

test('S18: rights are set on files of Keybook’s own making alone; on whatever else only where doctor is told to', () => {
  const places = new Set(standing(/\b(?:l|f)?chmod(?:Sync)?\(/g).map((found) => found.split(':')[0]));
  expect([...places].sort()).toEqual([
    'db/embedded-file.ts',
    'db/file-lock.ts',
    'server/doctor.ts',
    'server/restore.ts',
    'server/rotate.ts',
  ]);
});
