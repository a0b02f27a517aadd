import type { FieldError } from '../../domain/errors.ts';
import type { ParsedLicenseKey } from '../../domain/license-key.ts';
import { readLicenseKey } from './read-license-key.ts';

/** One pasted line. `number` is where it stands, from 1. */
export type PastedLine = {
  number: number;
  licenseKey: string;
  serialNumber: string;
  remarks: string;
  /** The key as it would be stored; none where it is malformed. */
  key?: ParsedLicenseKey;
  /** Why it is malformed. */
  fault?: FieldError;
  /** The line before that has the same key. */
  repeats?: number;
};

/** A batch takes so many. */
export const mostLines = 1000;

/**
 * Reads pasted lines, one license key each; a tab or semicolon after it may carry a serial number and remarks. Empty
 * lines are left out. A key that stands in an earlier line in another spelling repeats it.
 */
export function readLines(text: string): PastedLine[] {
  const first = new Map<string, number>();
  return text.split(/\r\n|\r|\n/).flatMap((line, i): PastedLine[] => {
    if (line.trim() === '') return [];
    const [licenseKey = '', serialNumber = '', ...rest] = line.split(/[\t;]/);
    const parts = { number: i + 1, licenseKey, serialNumber: serialNumber.trim(), remarks: rest.join('; ').trim() };
    const read = readLicenseKey(licenseKey);
    if ('fault' in read) return [{ ...parts, fault: read.fault }];
    const repeats = first.get(read.key.loose);
    if (repeats === undefined) first.set(read.key.loose, parts.number);
    return [{ ...parts, key: read.key, ...(repeats !== undefined && { repeats }) }];
  });
}

/** The text without the lines of these numbers. */
export function withoutLines(text: string, numbers: ReadonlySet<number>): string {
  return text
    .split(/\r\n|\r|\n/)
    .filter((_, i) => !numbers.has(i + 1))
    .join('\n');
}
