import { readdirSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'vite';
import { describe, expect, it } from 'vitest';
import { comparedName, nearName } from '../../src/domain/near-name.ts';
import type { Assigned } from '../../src/server/imports/columns/column.ts';
import { fieldsByName, knownName } from '../../src/server/imports/columns/columns.ts';
import { mappingOf } from '../../src/server/imports/columns/import-mapping.ts';

/** What reads texts of files that anybody may send. */
const folders = ['src/server/imports', 'src/domain'];

/** Words are no patterns of texts, and a password is short by its contract. */
const notOfFiles = /^words|^weak-password/;

type Pattern = { place: string; pattern: RegExp };

function patternsOf(path: string): Pattern[] {
  const found: Pattern[] = [];
  new Visitor({
    Literal(node) {
      if (!('regex' in node)) return;
      const { pattern, flags } = node.regex;
      found.push({ place: `${path} /${pattern}/${flags}`, pattern: new RegExp(pattern, flags) });
    },
  }).visit(parseSync(path, readFileSync(path, 'utf8')).program);
  return found;
}

const length = 5000;
const runs = [
  ' ',
  '\t',
  '-',
  '!',
  'a',
  'A',
  '1',
  '.',
  ',',
  '/',
  '(',
  '[',
  '"',
  '<',
  '\n',
  '\u0301',
  'a ',
  'A1-',
  'mergeCell ',
];
const before = ['', 'x', '1', 'A: ', '="'];
const behind = ['', 'x', ' ?\n'];

const hostile = runs.flatMap((run) =>
  before.flatMap((first) => behind.map((last) => first + run.repeat(length / run.length) + last)),
);

/** Milliseconds of work, whatever else the machine does. */
function workOf({ pattern }: Pattern, text: string): number {
  const { user } = process.threadCpuUsage();
  pattern.lastIndex = 0;
  text.replace(pattern, '');
  return (process.threadCpuUsage().user - user) / 1000;
}

/** A pattern that begins anew at every place of a run needs some hundred, one that reads it once less than one. */
const most = 10;

describe('S2: what a file makes patterns do grows with its length, not with the square of it', () => {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !notOfFiles.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const patterns = files.flatMap(patternsOf);

  it('reads all patterns', () => {
    expect(patterns.length).toBeGreaterThan(100);
  });

  it.each(folders)('%s', (folder) => {
    const slow = patterns
      .filter(({ place }) => place.startsWith(folder))
      .flatMap((one) => {
        const text = hostile.find(
          (run) => workOf(one, run) > most && workOf(one, run) > most && workOf(one, run) > most,
        );
        return text === undefined
          ? []
          : [`${one.place} on ${JSON.stringify(text.slice(0, 12))}…${JSON.stringify(text.slice(-4))}`];
      });
    expect(slow).toEqual([]);
  });
});

describe('S2: what names a file has makes little work', () => {
  const rules = { kind: 'keys', profile: undefined, mapping: new Map(), attributes: [], sample: [], line: 1 } as const;
  /** One letter that is folded to eighteen. */
  const wide = '\uFDFA ';

  it('a longer text than a name of a column may be is none, and is not folded', () => {
    expect(knownName(rules)(`Product${' '.repeat(100)}`)).toBe(true);
    expect(knownName(rules)(`Product${' '.repeat(300)}`)).toBe(false);
  });

  it('each name of a header is folded a few times, however many there are', () => {
    const header = Array.from({ length: 500 }, (_, i) => wide.repeat(10) + String.fromCodePoint(0x4e00 + i));
    const work = (columns: string[]): number => {
      const { user } = process.threadCpuUsage();
      const fields = fieldsByName(columns, rules).map((field, index) => ({ index, field: field ?? 'remarks' }));
      // Only places and fields are read of columns.
      mappingOf(columns, { columns: fields as Assigned['columns'], leftOut: [], told: [] });
      return process.threadCpuUsage().user - user;
    };
    work(header.slice(0, 50));
    expect(work(header) / work(header.slice(0, 50))).toBeLessThan(40);
  });

  it('names whose letters are very many are compared with none', () => {
    const [one, other] = [`${'verwaltung'.repeat(15)}`, `${'verwaltung'.repeat(30)}`];
    expect(nearName(comparedName(`${one}x`), [comparedName(one)])).toBe(one);
    expect(nearName(comparedName(`${other}x`), [comparedName(other)])).toBe(undefined);
  });
});
