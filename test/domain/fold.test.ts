import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, foldText, textFault } from '../../src/domain/fold.ts';

const anyText = fc.string({ unit: 'binary' });
const everyCharacter = function* () {
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point);
  }
};

describe('K8: search and order do not see case, accents or blanks', () => {
  test.each([
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'strasse'],
    ['Müller', 'muller'],
    ['Mu\u0308ller', 'Müller'],
    ['İstanbul', 'istanbul'],
    ['ISPARTA', 'ısparta'],
    ['Ærø', 'aero'],
    ['Łódź', 'lodz'],
    ['Đorđe', 'dorde'],
    ['Cœur', 'COEUR'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
    ['Ｏｆｆｉｃｅ', 'office'],
    ['oﬃce', 'office'],
    ['  MS\u00A0 Office\t\n2024 ', 'ms office 2024'],
    ['Off\u200Bice\uFEFF', 'office'],
    ['Ång\u212Bström', 'angastrom'],
  ])('%j is found as %j', (left, right) => {
    expect(foldText(left)).toBe(foldText(right));
  });

  test.each([
    ['Office', 'Offce'],
    ['Office 2024', 'Office2024'],
    ['А', 'A'],
  ])('%j is not %j', (left, right) => {
    expect(foldText(left)).not.toBe(foldText(right));
  });

  test('what is folded stays as it is', () => {
    fc.assert(fc.property(anyText, (text) => foldText(foldText(text)) === foldText(text)));
    const changing: string[] = [];
    for (const character of everyCharacter()) {
      const once = foldText(`a${character}b`);
      if (foldText(once) !== once) changing.push(character);
    }
    expect(changing).toEqual([]);
  });

  test('half characters and nothing at all do not throw', () => {
    expect(foldText('\uD800A')).toBe('\uD800a');
    expect(foldText(' \u0301\u200B ')).toBe('');
  });
});

describe('cleanText', () => {
  test('composes and trims', () => {
    expect(cleanText(' \u00A0Mu\u0308ller\n')).toBe('Müller');
  });

  test('line ends become one kind only where several lines are allowed', () => {
    expect(cleanText('a\r\nb\rc\u2028d', { multiline: true })).toBe('a\nb\nc\nd');
    expect(cleanText('a\r\nb')).toBe('a\r\nb');
  });

  test('cleaning twice is cleaning once, also for letters with thousands of marks', () => {
    fc.assert(fc.property(anyText, (text) => cleanText(cleanText(text)) === cleanText(text)));
    const heavy = `a${'\u0301\u0316'.repeat(1000)}`;
    expect(cleanText(heavy).length).toBeLessThanOrEqual(31);
    expect(cleanText(cleanText(heavy))).toBe(cleanText(heavy));
  });

  test('a megabyte of combining marks is done in time that grows with its length', () => {
    const heavy = `a${'\u0301\u0316'.repeat(250_000)}`;
    // Unbounded, the normalization of this alone takes more than a minute.
    expect(cleanText(heavy).startsWith('á')).toBe(true);
    expect(foldText(heavy)).toBe('a');
  }, 10_000);
});

describe('textFault', () => {
  test.each([
    ['a NUL', 'a\0b', 'control_character', 'U+0000'],
    ['a tab', 'a\tb', 'control_character', 'U+0009'],
    ['a line end', 'a\nb', 'control_character', 'U+000A'],
    ['DEL', 'a\x7Fb', 'control_character', 'U+007F'],
    ['a C1 control', 'a\x85b', 'control_character', 'U+0085'],
    ['a line separator', 'a\u2028b', 'control_character', 'U+2028'],
    ['a direction override', 'a\u202Eb', 'bidi_control', 'U+202E'],
    ['an isolate', 'a\u2066b', 'bidi_control', 'U+2066'],
    ['a right-to-left mark', 'a\u200Fb', 'bidi_control', 'U+200F'],
    ['an Arabic letter mark', 'a\u061Cb', 'bidi_control', 'U+061C'],
    ['a zero-width space', 'a\u200Bb', 'invisible_character', 'U+200B'],
    ['a zero-width joiner', 'a\u200Db', 'invisible_character', 'U+200D'],
    ['a byte order mark', '\uFEFFa', 'invisible_character', 'U+FEFF'],
    ['a tag character', 'a\u{E0041}b', 'invisible_character', 'U+E0041'],
    ['a Hangul filler', 'a\u3164b', 'invisible_character', 'U+3164'],
  ])('%s is refused and named', (_, text, code, named) => {
    const fault = textFault(text, { max: 100 });
    expect(fault?.code).toBe(code);
    expect(fault?.detail).toContain(named);
  });

  test('half a character is refused', () => {
    expect(textFault('a\uD83Db', { max: 100 })?.code).toBe('lone_surrogate');
  });

  test('several lines allow tab and line ends, and nothing else', () => {
    expect(textFault('a\tb\r\nc', { max: 100, multiline: true })).toBeUndefined();
    expect(textFault('a\vb', { max: 100, multiline: true })?.code).toBe('control_character');
    expect(textFault('a\u202Eb', { max: 100, multiline: true })?.code).toBe('bidi_control');
  });

  test('length is counted in UTF-16 units, at both ends', () => {
    expect(textFault('🔑🔑', { max: 4 })).toBeUndefined();
    expect(textFault('🔑🔑', { max: 3 })?.code).toBe('too_long');
    expect(textFault('', { max: 3 })).toBeUndefined();
    expect(textFault('', { max: 3, min: 1 })?.code).toBe('too_short');
    expect(textFault('ab', { max: 3, min: 3 })?.code).toBe('too_short');
  });

  test.each(['Müller & Söhne', 'Ünï – “quoted” …', '株式会社', 'שלום', '🔑 ❤️', "O'Brien <b>", '=1+1'])(
    '%j is a text like any other',
    (text) => expect(textFault(text, { max: 100 })).toBeUndefined(),
  );
});
