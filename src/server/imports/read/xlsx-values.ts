import { plainNumber } from '../../../domain/plain-number.ts';

const dayMs = 86_400_000;
const lastSerial = 2_958_466;

/**
 * A number as a workbook stores it, as text: digits without an exponent up to the fifteen digits a spreadsheet keeps.
 * A larger one is written `1.23E+15`, as it is shown there, because its last digits are no more what somebody typed.
 */
export function numberText(stored: string): string {
  const number = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(number)) return stored;
  const shown = Number(number.toPrecision(15));
  if (Math.abs(shown) >= 1e15) return shown.toExponential().toUpperCase();
  return plainNumber(shown);
}

/**
 * A number in a cell of a date format as `2026-12-31`, with the time behind it where it has one; the time alone where it
 * has no day. Days count from 1900 with the 29 February 1900 that never was, or from 1904. Undefined where it is no date.
 */
export function dateText(stored: string, is1904: boolean): string | undefined {
  const serial = Number(stored);
  if (stored.trim() === '' || !(serial >= 0 && serial < lastSerial)) return undefined;
  const day = Math.floor(serial);
  const seconds = Math.round((serial - day) * 86_400);
  const time = new Date(seconds * 1000).toISOString().slice(11, 19);
  if (day === 0 && !is1904 && seconds > 0) return time;
  if (day === 60 && !is1904) return '1900-02-29';
  const first = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
  const text = new Date(first + day * dayMs + (seconds === 86_400 ? dayMs : 0)).toISOString().slice(0, 10);
  return seconds % 86_400 === 0 ? text : `${text} ${time}`;
}

/** Whether one of the formats that every workbook has shows days or times (ECMA-376, 18.8.30). */
export function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 58);
}

/**
 * Whether a format of a workbook's own shows days or times (ECMA-376, 18.8.31): it has their letters outside quoted text.
 * None that the spreadsheet programs write holds a bracket in brackets; this one ends there, or reading would go back for each.
 */
export function isDateFormat(code: string): boolean {
  const plain = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^[\]]*\]/gi, '');
  return /[ymdhs]/i.test(plain) && !/general/i.test(plain);
}

/** A text of a workbook: `_x000D_` is the character of that number (ECMA-376, ST_Xstring). Line ends become `\n`. */
export function cellText(stored: string): string {
  const text = stored.includes('_x')
    ? stored.replace(/_x([0-9a-f]{4})_/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : stored;
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
