import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neutralise, unNeutralise } from '../../src/domain/formula-guard.ts';

/** Texts that often begin with what matters here. */
const texts = fc
  .tuple(
    fc.array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', ' ', 'a', '＝', '﹣', '⁺', '＇', '\u0338'), {
      maxLength: 5,
    }),
    fc.string(),
  )
  .map(([start, rest]) => start.join('') + rest);

describe('X3: formulas in cells', () => {
  test.each([
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['+1+1', "'+1+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ["'=1", "''=1"],
    ["''=1", "'''=1"],
    ["'quoted'", "'quoted'"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ['﹣1', "'﹣1"],
    ["'＝1", "''＝1"],
    ['=\u03381', "'=\u03381"],
    ['a=1', 'a=1'],
    ['', ''],
  ])('X3: %j is written as %j', (text, cell) => {
    expect(neutralise(text)).toBe(cell);
  });

  test('X3: no cell begins like a formula, whatever the text', () => {
    fc.assert(fc.property(texts, (text) => !/^[=+\-@\t\r]/.test((neutralise(text)[0] ?? '').normalize('NFKC'))));
  });

  test('X3: reading gives back exactly what was written, whatever the text', () => {
    fc.assert(fc.property(texts, (text) => unNeutralise(neutralise(text)) === text));
  });

  test('X3: a cell that nobody neutralised is read as it stands', () => {
    for (const cell of ['-5', '=1', "O'Brien", "'tis", "'", '']) expect(unNeutralise(cell)).toBe(cell);
  });
});
