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
