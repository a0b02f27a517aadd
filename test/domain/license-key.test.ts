import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import {
  isMask,
  maskLicenseKey,
  mayBeLicenseKey,
  type ParsedLicenseKey,
  parseLicenseKey,
  readsAsLicenseKey,
  shortMask,
} from '../../src/domain/license-key.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
// Random code points are mostly letters; keys go wrong at blanks, dashes, dots, marks, widths and odd cases.
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'aZ09-. –—−·…／ßẞİıŉﬃŸſΣς\u0301\u0345\u00AD\u00A0\u3000\u200B\u2060ＡａΩKµｶﾞ가각ǅ'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

function tryParse(input: string): ParsedLicenseKey | undefined {
  try {
    return parseLicenseKey(input);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function refusalOf(input: string): AppError {
  try {
    parseLicenseKey(input);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error(`${JSON.stringify(input)} was not refused`);
}

describe('K4: the same key in two spellings', () => {
  test.each([
    ['case', 'abc-123', 'ABC-123'],
    ['outer blanks', 'ABC-123', ' ABC-123 '],
    ['inner blanks', 'ABC 123', 'ABC123'],
    ['a blank for a dash', 'ABC 123', 'ABC-123'],
    ['a no-break blank', 'ABC\u00A0123', 'ABC123'],
    ['an ideographic blank', 'ABC\u3000123', 'ABC123'],
    ['an en dash', 'ABC–123', 'ABC-123'],
    ['an em dash', 'ABC—123', 'ABC-123'],
    ['a hyphen', 'ABC\u2010123', 'ABC-123'],
    ['a no-break hyphen', 'ABC\u2011123', 'ABC-123'],
    ['a minus', 'ABC−123', 'ABC-123'],
    ['a full-width dash', 'ABC－123', 'ABC-123'],
    ['a soft hyphen', 'ABC\u00AD123', 'ABC-123'],
    ['no dash at all', 'ABCDE-FGHIJ', 'ABCDEFGHIJ'],
    ['a dot', 'ABC.123', 'ABC123'],
    ['a middle dot', 'ABC·123', 'ABC.123'],
    ['an ideographic full stop', 'ABC。123', 'ABC.123'],
    ['an ellipsis', 'ABC…123', 'ABC123'],
    ['full-width letters', 'ＡＢＣ-１２３', 'abc-123'],
    ['a zero-width blank', 'ABC\u200B-123', 'ABC-123'],
    ['a byte order mark', '\uFEFFABC-123', 'ABC-123'],
    ['a word joiner', 'ABC\u2060123', 'ABC123'],
    ['a variation selector', 'ABC\uFE0F123', 'ABC123'],
    ['sharp s', 'straße1', 'STRASSE1'],
    ['capital sharp s', 'STRAẞE1', 'straße1'],
    ['a ligature', 'oﬃce', 'OFFICE'],
    ['composition', 'É1', 'E\u03011'],
    ['a superscript', 'A²', 'A2'],
  ])('%s', (_, left, right) => {
    expect(parseLicenseKey(left).loose).toBe(parseLicenseKey(right).loose);
  });
});

describe('K4: different keys', () => {
  test.each([
    ['a digit', 'ABC-123', 'ABC-124'],
    ['the order', 'ABC-123', '123-ABC'],
    ['O and 0', 'ABCO', 'ABC0'],
    ['I and 1', 'ABCI', 'ABC1'],
    ['Cyrillic letters', 'АВС-123', 'ABC-123'],
    ['Greek letters', 'ΑΒΓ', 'ABГ'],
    ['an accent', 'ABCÉ', 'ABCE'],
    ['an underscore', 'ABC_123', 'ABC123'],
    ['a plus', 'ABC+123', 'ABC123'],
    ['a slash', 'ABC/123', 'ABC123'],
    ['padding', 'QUJD=', 'QUJD'],
  ])('%s', (_, left, right) => {
    expect(parseLicenseKey(left).loose).not.toBe(parseLicenseKey(right).loose);
  });

  test('the strict form tells apart what an administrator may record as different', () => {
    expect(parseLicenseKey('abc-123').strict).not.toBe(parseLicenseKey('ABC-123').strict);
    expect(parseLicenseKey('ABC 123').strict).not.toBe(parseLicenseKey('ABC-123').strict);
    expect(parseLicenseKey('\u200Babc-123 ').strict).toBe(parseLicenseKey('abc-123').strict);
    expect(parseLicenseKey('E\u0301-1').strict).toBe(parseLicenseKey('\u00C9-1').strict);
  });
});

describe('K4: the forms stand', () => {
  test('a form of a form is itself, for hostile texts', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, hostile), (input) => {
        const parsed = tryParse(input);
        fc.pre(parsed !== undefined);
        expect(parseLicenseKey(parsed.strict).strict).toBe(parsed.strict);
        expect(parseLicenseKey(parsed.strict).loose).toBe(parsed.loose);
        expect(parseLicenseKey(parsed.loose).loose).toBe(parsed.loose);
        expect(parseLicenseKey(parsed.text)).toMatchObject({ text: parsed.text, mask: parsed.mask });
      }),
      { numRuns: 500 },
    );
  });

  test('for every character: its other case, width and composition is the same key', () => {
    const wrong: string[] = [];
    for (let point = 0; point <= 0x10ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      const others = [
        character.toLowerCase(),
        character.toUpperCase(),
        character.normalize('NFKC'),
        character.normalize('NFD'),
      ].filter((spelling) => spelling !== character);
      const loose = others.length === 0 ? undefined : tryParse(`a${character}b`)?.loose;
      if (loose === undefined) continue;
      const same = [loose, ...others.map((spelling) => `a${spelling}b`)];
      if (same.some((text) => tryParse(text)?.loose !== loose)) wrong.push(point.toString(16));
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe('K4: what is cleaned is reported', () => {
  test('invisible marks and outer blanks are removed, each with its warning', () => {
    const parsed = parseLicenseKey('\uFEFF AB\u200BC-123\r\n', '/keys/7/licenseKey');
    expect(parsed.text).toBe('ABC-123');
    expect(parsed.warnings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['stripped_invisible', '/keys/7/licenseKey'],
      ['stripped_blanks', '/keys/7/licenseKey'],
    ]);
    expect(parsed.warnings[0]?.detail).toContain('U+200B, U+FEFF');
  });

  test('letters outside ASCII stay and are named by code point', () => {
    const parsed = parseLicenseKey('ВАС-123');
    expect(parsed.text).toBe('ВАС-123');
    expect(parsed.warnings).toHaveLength(1);
    expect(parsed.warnings[0]).toMatchObject({ code: 'non_ascii', pointer: '/licenseKey' });
    expect(parsed.warnings[0]?.detail).toContain('U+0410, U+0412, U+0421');
  });

  test('at most ten code points are named', () => {
    const detail = parseLicenseKey('абвгдежзийклмн').warnings[0]?.detail ?? '';
    expect(detail.match(/U\+/g)).toHaveLength(10);
    expect(detail).toContain('…');
  });

  test.each(['ABCDE-FGHIJ-KLMNO-PQRST-UVWXY', 'QUJDRA==', '0123-4567', '=A+B-C@D', "'; DROP TABLE keys; --"])(
    '%j is kept without a word',
    (input) => {
      expect(parseLicenseKey(input)).toMatchObject({ text: input, warnings: [] });
    },
  );
});

describe('K4, K16: what is no license key', () => {
  const refused: [string, string, string][] = [
    ['nothing', '', 'required'],
    ['blanks', ' \t\u00A0 ', 'required'],
    ['invisible marks', '\u200B\uFEFF\u00AD', 'required'],
    ['dashes', '-----', 'only_separators'],
    ['dashes, dots and blanks of all kinds', '– — − · … 。-', 'only_separators'],
    ['513 characters', 'A'.repeat(513), 'too_long'],
    ['a megabyte of combining marks', `A${'\u0301\u0316'.repeat(250_000)}`, 'too_long'],
    ['characters that grow when composed', '\u{1D160}'.repeat(200), 'too_long'],
    ['a NUL', 'ABC\0DEF', 'control_character'],
    ['a tab', 'ABC\tDEF', 'control_character'],
    ['two lines', 'ABC\nDEF', 'control_character'],
    ['an escape', 'ABC\x1B[31mDEF', 'control_character'],
    ['a C1 control', 'ABC\x85DEF', 'control_character'],
    ['a line separator', 'ABC\u2028DEF', 'control_character'],
    ['half a character', 'ABC\uD83DDEF', 'lone_surrogate'],
    ['a mask', '•••••-12345', 'masked'],
    ['a direction override', 'ABC\u202EDEF', 'bidi_control'],
    ['a left-to-right mark', '\u200EABCDEF', 'bidi_control'],
    ['an isolate', 'ABC\u2067DEF', 'bidi_control'],
  ];

  test.each(refused)('%s', (_, input, code) => {
    const error = refusalOf(input);
    expect(error).toMatchObject({ code: 'invalid', errors: [{ pointer: '/licenseKey', code }] });
  });

  test('512 characters are a key', () => {
    expect(parseLicenseKey(` ${'A'.repeat(512)} `).text).toHaveLength(512);
  });

  test('no refusal and no warning quotes the key', () => {
    const secret = 'CANARYKEY';
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const input = `${before}${secret}${after}`;
        const parsed = tryParse(input);
        const said = parsed ? parsed.warnings : [refusalOf(input).message, refusalOf(input).errors];
        expect(JSON.stringify(said)).not.toContain(secret);
      }),
    );
  });
});

describe('K16: a license key is masked to its last characters', () => {
  test.each([
    ['25 letters and digits', 'ABCDE-FGHIJ-KLMNO-PQRST-12345', '•••••-•••••-•••••-•••••-12345', '12345'],
    ['20', 'ABCDEFGHIJKLMNO12345', '•••••••••••••••12345', '12345'],
    ['19', 'ABCDEFGHIJKLMN12345', '•••••••••••••••2345', '2345'],
    ['16', 'ABCD-EFGH-IJKL-1234', '••••-••••-••••-1234', '1234'],
    ['15', 'ABCDE-FGHIJ-K1234', '•••••-•••••-••234', '234'],
    ['12', 'ABCD-EFGH-1234', '••••-••••-•234', '234'],
    ['11', 'ABCD-EFGH-123', '••••-••••-•••', ''],
    ['one', 'A', '•', ''],
    ['a tail across separators', 'ABCDEFGHIJKLMNOPQR-1-2-3', '••••••••••••••••QR-1-2-3', 'QR123'],
    ['base64', 'QUJDREVGR0hJSktMTU5P+/8=', '••••••••••••••••TU5P••8•', 'TU5P8'],
    ['letters outside ASCII', 'ЖЖЖЖЖЖЖЖЖЖЖЖ', '•••••••••ЖЖЖ', 'ЖЖЖ'],
    ['letters of two units', '𝔸'.repeat(12), '•••••••••𝔸𝔸𝔸', '𝔸𝔸𝔸'],
    ['marks that do not compose', 'x\u0301'.repeat(12), '•••••••••xxx', 'xxx'],
    ['emoji', '🔑🔑ABCDEFGHI123', '•••••••••••123', '123'],
    ['punctuation only', '!?-#$', '••-••', ''],
    ['a password', '7!@#$%^&*', '•••••••••', ''],
    ['punctuation among letters', 'a!b"c#.d e_f', '••••••.• •••', ''],
  ])('%s', (_, text, mask, tail) => {
    expect(maskLicenseKey(text)).toEqual({ mask, tail });
    expect(parseLicenseKey(text)).toMatchObject(maskLicenseKey(text.normalize('NFC')));
  });

  test('a mask is the last 40 characters of the shape', () => {
    const { mask, tail } = maskLicenseKey(`${'ABCD-'.repeat(20)}12345`);
    expect(mask).toBe(`${'••••-'.repeat(7)}12345`);
    expect(tail).toBe('12345');
    expect(maskLicenseKey(`${'A'.repeat(20)}${'-'.repeat(40)}`)).toEqual({ mask: '-'.repeat(40), tail: 'AAAAA' });
  });

  test('no mask shows more than its tail, and it keeps the shape', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, hostile), (text) => {
        const { mask, tail } = maskLicenseKey(text);
        const shown = [...mask].filter((character) => /[\p{L}\p{N}]/u.test(character)).join('');
        expect(tail.endsWith(shown)).toBe(true);
        expect([...mask].length).toBeLessThanOrEqual(40);
        const count = [...text].filter((character) => /[\p{L}\p{N}]/u.test(character)).length;
        expect([...tail].length).toBe(count >= 20 ? 5 : count >= 16 ? 4 : count >= 12 ? 3 : 0);
        expect(/[\p{Cc}\p{M}\p{Default_Ignorable_Code_Point}]/u.test(mask)).toBe(false);
        expect(mask).not.toMatch(/[!-,/:-@[-`{-~]/);
      }),
    );
  });

  test('the narrow mask has as many dots as the tail', () => {
    expect(['12345', '1234', '123', ''].map(shortMask)).toEqual(['•••••-12345', '••••-1234', '•••-123', '•••••']);
  });

  test('a mask is known by its dots', () => {
    expect(isMask('•••••-12345')).toBe(true);
    expect(isMask('ABCDE-12345')).toBe(false);
  });

  test.each([
    '****-****-****-1234',
    'XXXXX-XXXXX-XXXXX-XXXXX-AB123',
    'xxxx xxxx xxxx 1X34',
    '●●●●●●●●●●12345',
    '########ABCDE',
    '********',
  ])('other programs’ masks are told as such: %s', (text) => {
    expect(isMask(text)).toBe(true);
    expect(() => parseLicenseKey(text)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ code: 'masked' })] }),
    );
  });

  test.each(['XXXXX-12345-ABCDE-67890', 'XXXXXXX-1234', 'AXXXXXXXXXXXX', '#1234-5678-9012', 'XXXXXXXX-12345-ABCDE'])(
    'what has a few such signs is a license key: %s',
    (text) => {
      expect(isMask(text)).toBe(false);
      expect(parseLicenseKey(text).text).toBe(text);
    },
  );

  test.each([
    'XXXXX-12345-ABCDE-67890',
    '7h4rv qw9tk 3mxp2 8djnc',
    '  AB12CD34EF ',
    'A1B2C3D4E5F6',
    'ABCDEFGHIJKLMNOP',
    '1111 22A 333333333 4B',
    '５Ｆ２Ａ-９９８１-ＱＱ',
  ])('K8: "%s" may be a whole license key, and goes into no address', (text) => {
    expect(mayBeLicenseKey(text)).toBe(true);
  });

  test.each([
    'Windows 11 Professional',
    'Office 365',
    'Grundstücksverkehrsgenehmigung',
    'CONTOSO LOGISTICS GMBH',
    '•••••-12345-ABCDE',
    '12345',
    'Contoso 2026 Renewal',
    '',
  ])('K8: "%s" is searched for as it is', (text) => {
    expect(mayBeLicenseKey(text)).toBe(false);
    expect(readsAsLicenseKey(text)).toBe(false);
  });

  test.each([
    ['XXXXX-12345-ABCDE-67890', true],
    ['7h4rv qw9tk 3mxp2 8djnc', true],
    ['  0123456789abcdef0123 ', true],
    ['C02XL0GYJGH5', false],
    ['PO-2026-0000-4711', false],
    ['WSRV-7H2K-PLM9-20001', false],
    ['Contoso Logistics 2026 Renewal', false],
  ])('K16: "%s" can hardly be anything but a license key: %s', (text, reads) => {
    expect(readsAsLicenseKey(text)).toBe(reads);
  });
});
