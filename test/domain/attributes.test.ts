import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AttributeDefinition,
  attributeKinds,
  judgeAttributes,
  judgeDefinition,
  maskMatches,
  recordTypes,
} from '../../src/domain/attributes.ts';

function definition(facts: Partial<AttributeDefinition> = {}): AttributeDefinition {
  return {
    id: 'a1',
    recordType: 'key',
    name: 'contract',
    kind: 'text',
    labelEn: 'Contract',
    labelDe: 'Vertrag',
    required: false,
    mask: null,
    choices: [],
    archived: false,
    ...facts,
  };
}

const faultsOf = (facts: Partial<AttributeDefinition>) =>
  judgeDefinition(definition(facts)).map(({ pointer, code }) => `${pointer} ${code}`);

function judgeOne(facts: Partial<AttributeDefinition>, value: unknown) {
  const { values, errors } = judgeAttributes([definition(facts)], { contract: value });
  return errors.length > 0 ? errors.map(({ pointer, code }) => `${pointer} ${code}`).join() : values.contract;
}

describe('K12: an attribute is defined', () => {
  test('for every record type and kind', () => {
    for (const recordType of recordTypes) {
      for (const kind of attributeKinds) {
        expect(faultsOf({ recordType, kind, choices: kind === 'choice' ? ['Gold', 'Silver'] : [] })).toEqual([]);
      }
    }
    expect(faultsOf({ mask: 'AA-9999' })).toEqual([]);
    expect(faultsOf({ mask: 'A\\\\' })).toEqual([]);
  });

  test.each(['', 'Contract', '9lives', 'a-b', 'a b', 'ä', '__proto__', 'a'.repeat(41), 'a\n'])(
    'the name %j is refused',
    (name) => expect(faultsOf({ name })).toEqual(['/name name']),
  );

  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('the name %s is reserved', (name) => {
    expect(faultsOf({ name })).toEqual(['/name reserved']);
  });

  test.each<[string, Partial<AttributeDefinition>, string[]]>([
    ['no label', { labelEn: '', labelDe: '' }, ['/labelEn too_short', '/labelDe too_short']],
    ['a label that turns the text', { labelDe: 'a\u202Eb' }, ['/labelDe bidi_control']],
    ['a long label', { labelEn: 'a'.repeat(101) }, ['/labelEn too_long']],
    ['a mask on a number', { kind: 'number', mask: '99' }, ['/mask not_allowed']],
    ['an empty mask', { mask: '' }, ['/mask too_short']],
    ['a mask that ends in an escape', { mask: 'AA\\' }, ['/mask mask']],
    ['choices on a text', { choices: ['Gold'] }, ['/choices not_allowed']],
    ['a choice without choices', { kind: 'choice' }, ['/choices required']],
    [
      'the same choice twice',
      { kind: 'choice', choices: ['Gold', 'Silver', 'GÖLD', 'gold'] },
      ['/choices/2 duplicate', '/choices/3 duplicate'],
    ],
    ['an empty choice', { kind: 'choice', choices: ['Gold', ''] }, ['/choices/1 too_short']],
    ['a choice with blanks around', { kind: 'choice', choices: [' Gold'] }, ['/choices/0 blanks']],
    [
      'too many choices',
      { kind: 'choice', choices: Array.from({ length: 201 }, (_, i) => `c${i}`) },
      ['/choices too_many'],
    ],
  ])('%s is refused', (_, facts, expected) => {
    expect(faultsOf(facts)).toEqual(expected);
  });
});

describe('K12: a mask', () => {
  test.each([
    ['AA-9999', 'DE-2026', true],
    ['AA-9999', 'de-2026', true],
    ['AA-9999', 'ÄÖ-2026', true],
    ['AA-9999', 'D1-2026', false],
    ['AA-9999', 'DE-202', false],
    ['AA-9999', 'DE-20260', false],
    ['AA-9999', 'DE 2026', false],
    ['AA-9999', 'DE-２026', false],
    ['***', 'a1Z', true],
    ['***', 'a-Z', false],
    ['\\A9', 'A7', true],
    ['\\A9', 'B7', false],
    ['\\\\9', '\\7', true],
    ['(9.9)', '(1.2)', true],
    ['(9.9)', '(1x2)', false],
    ['9', '1\n', false],
    ['A', '𝔸', true],
    ['', '', true],
    ['9', '', false],
    ['A\\', 'A', false],
  ])('%j and %j: %s', (mask, text, expected) => {
    expect(maskMatches(mask, text)).toBe(expected);
  });

  test('a text matches itself, escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const mask = [...text].map((character) => `\\${character}`).join('');
        return maskMatches(mask, text) && !maskMatches(mask, `${text}x`) && !maskMatches(`${mask}9`, text);
      }),
    );
  });

  test('a long mask of one symbol takes one step per character', () => {
    expect(maskMatches('*'.repeat(100_000), `${'a'.repeat(99_999)}!`)).toBe(false);
  });
});

describe('K12: a value has the kind of its attribute', () => {
  test.each<[Partial<AttributeDefinition>, unknown, unknown]>([
    [{ kind: 'text' }, '  Mu\u0308ller ', 'Müller'],
    [{ kind: 'text' }, '=1+1', '=1+1'],
    [{ kind: 'text' }, 7, '/attributes/contract text'],
    [{ kind: 'text' }, ['a'], '/attributes/contract text'],
    [{ kind: 'text' }, { toString: 'a' }, '/attributes/contract text'],
    [{ kind: 'text' }, 'a\nb', '/attributes/contract control_character'],
    [{ kind: 'text' }, 'a\u202Eb', '/attributes/contract bidi_control'],
    [{ kind: 'text' }, 'a'.repeat(500), 'a'.repeat(500)],
    [{ kind: 'text' }, 'a'.repeat(501), '/attributes/contract too_long'],
    [{ kind: 'text', mask: 'AA-9999' }, 'DE-2026', 'DE-2026'],
    [{ kind: 'text', mask: 'AA-9999' }, 'DE2026', '/attributes/contract mask'],
    [{ kind: 'number' }, 0, 0],
    [{ kind: 'number' }, -1.5, -1.5],
    [{ kind: 'number' }, '7', '/attributes/contract number'],
    [{ kind: 'number' }, Number.NaN, '/attributes/contract number'],
    [{ kind: 'number' }, Number.POSITIVE_INFINITY, '/attributes/contract number'],
    [{ kind: 'date' }, '2024-02-29', '2024-02-29'],
    [{ kind: 'date' }, '2026-02-29', '/attributes/contract date'],
    [{ kind: 'date' }, 20260101, '/attributes/contract date'],
    [{ kind: 'boolean' }, false, false],
    [{ kind: 'boolean' }, 'true', '/attributes/contract boolean'],
    [{ kind: 'choice', choices: ['Gold', 'Silver'] }, 'Gold', 'Gold'],
    [{ kind: 'choice', choices: ['Gold', 'Silver'] }, 'gold', '/attributes/contract choice'],
    [{ kind: 'choice', choices: ['0'] }, 0, '/attributes/contract choice'],
  ])('%j %j: %j', (facts, value, expected) => {
    expect(judgeOne(facts, value)).toBe(expected);
  });

  test.each([null, '', '   ', undefined])('%j removes it, unless it is required', (value) => {
    expect(judgeOne({}, value)).toBeUndefined();
    expect(judgeOne({ required: true }, value)).toBe('/attributes/contract required');
  });

  test('a required attribute left out is asked for, an archived one is not', () => {
    const left = (facts: Partial<AttributeDefinition>) => judgeAttributes([definition(facts)], {}).errors;
    expect(left({ required: true })).toMatchObject([{ pointer: '/attributes/contract', code: 'required' }]);
    expect(left({ required: true, archived: true })).toEqual([]);
    expect(judgeOne({ archived: true }, 'kept')).toBe('kept');
  });

  test('no and zero are values', () => {
    expect(judgeOne({ kind: 'boolean', required: true }, false)).toBe(false);
    expect(judgeOne({ kind: 'number', required: true }, 0)).toBe(0);
  });
});

describe('K12: names nobody defined', () => {
  test.each([
    ['other', '/attributes/other'],
    ['a/b~c', '/attributes/a~1b~0c'],
    ['constructor', '/attributes/constructor'],
    ['toString', '/attributes/toString'],
    ['', '/attributes/'],
    ['x'.repeat(1000), `/attributes/${'x'.repeat(80)}`],
  ])('%j is refused', (name, pointer) => {
    const { values, errors } = judgeAttributes([definition()], { [name]: 'a' });
    expect(values).toEqual({});
    expect(errors).toMatchObject([{ pointer, code: 'unknown' }]);
  });

  test('__proto__ from JSON is refused and reaches no prototype', () => {
    const given: Record<string, unknown> = JSON.parse('{"__proto__":{"polluted":true},"contract":"C1"}');
    const { values, errors } = judgeAttributes([definition()], given);
    expect(errors).toMatchObject([{ pointer: '/attributes/__proto__', code: 'unknown' }]);
    expect(Object.keys(values)).toEqual(['contract']);
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test('what an object inherits is no value, even for an attribute of that name', () => {
    const { values, errors } = judgeAttributes(
      [definition({ name: 'constructor' }), definition({ name: '__proto__' })],
      {},
    );
    expect(errors).toEqual([]);
    expect(Object.keys(values)).toEqual([]);
    expect(judgeAttributes([definition({ name: '__proto__' })], JSON.parse('{"__proto__":"a"}')).values).toEqual(
      JSON.parse('{"__proto__":"a"}'),
    );
  });

  test('whatever JSON sends, only defined values of their kind come out', () => {
    const definitions = attributeKinds.map((kind) => definition({ name: kind, kind, choices: ['a', 'b'] }));
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...attributeKinds), fc.string()), fc.jsonValue()), (given) => {
        const { values, errors } = judgeAttributes(definitions, given);
        for (const [name, value] of Object.entries(values)) {
          expect(attributeKinds).toContain(name);
          expect(['string', 'number', 'boolean']).toContain(typeof value);
        }
        const removed = Object.entries(given).filter(
          ([name, value]) =>
            (attributeKinds as readonly string[]).includes(name) &&
            (value === null || (typeof value === 'string' && value.trim() === '')),
        );
        expect(Object.keys(values).length + errors.length).toBeGreaterThanOrEqual(
          Object.keys(given).length - removed.length,
        );
      }),
    );
  });
});
