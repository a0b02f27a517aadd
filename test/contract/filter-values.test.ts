import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFilter, encodeFilter } from '../../src/contract/list.ts';

const nasty = fc.array(fc.string({ unit: fc.constantFrom(...'a ,\\"%_ä'), maxLength: 12 }), {
  minLength: 1,
  maxLength: 6,
});

describe('the values of a filter as one text', () => {
  test('S21: any values come back as they were', () => {
    for (const values of [
      nasty,
      fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { minLength: 1, maxLength: 6 }),
    ])
      fc.assert(
        fc.property(values, (given) => {
          expect(decodeFilter(encodeFilter(given))).toEqual(given);
        }),
      );
  });

  test('S21: no two lists of values are the same text', () => {
    fc.assert(
      fc.property(nasty, nasty, (left, right) => {
        expect(encodeFilter(left) === encodeFilter(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
    );
  });

  test.each([
    ['available,applied', ['available', 'applied']],
    ['', ['']],
    ['a,', ['a', '']],
    ['Berg, Anna', ['Berg', ' Anna']],
    ['C:\\temp', ['C:\\temp']],
    ['a\\', ['a\\']],
    ['a\\,b', ['a,b']],
    ['a\\\\,b', ['a\\', 'b']],
  ])('S21: an address without escapes means what it meant: %j', (text, values) => {
    expect(decodeFilter(text)).toEqual(values);
  });
});
