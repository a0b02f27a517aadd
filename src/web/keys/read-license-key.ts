import { AppError } from '../../domain/errors.ts';
import { type ParsedLicenseKey, parseLicenseKey } from '../../domain/license-key.ts';
import type { Words } from '../words/use-words.ts';

type Fault = { code: string; detail: string };

/** A license key as it would be stored, or why it cannot be. */
export function readLicenseKey(text: string): { key: ParsedLicenseKey } | { fault: Fault } {
  try {
    return { key: parseLicenseKey(text) };
  } catch (error) {
    const [fault] = error instanceof AppError ? error.errors : [];
    if (!fault) throw error;
    return { fault };
  }
}

/** A fault or a warning of a license key in the reader's language. */
export function licenseKeyWords({ code, detail }: Fault, { t, language }: Words): string {
  if (language === 'en') return detail;
  const points = detail.match(/U\+[0-9A-F]{4,6}/g)?.join(', ') ?? '';
  return t(`keys.text.${code}`, { points, defaultValue: detail });
}

const groupsOf = (text: string): string[] => text.trim().split(/[\s\p{Pd}.]+/u);
const lettersOf = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
const fewest = 10;

/**
 * Whether what somebody types into a search may be a whole license key, which must not get into an address: letters
 * and digits without blanks, or in groups that all have digits or are all as long.
 */
export function mayBeLicenseKey(text: string): boolean {
  if (lettersOf(text) < fewest || !/\p{N}/u.test(text)) return false;
  if (!/\s/.test(text.trim())) return true;
  const groups = groupsOf(text);
  return groups.every((group) => group.length === groups[0]?.length) || groups.every((group) => /\p{N}/u.test(group));
}
