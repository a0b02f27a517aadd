import { AppError, type FieldError } from '../../domain/errors.ts';
import { type ParsedLicenseKey, parseLicenseKey } from '../../domain/license-key.ts';

/** A license key as it would be stored, or why it cannot be. */
export function readLicenseKey(text: string): { key: ParsedLicenseKey } | { fault: FieldError } {
  try {
    return { key: parseLicenseKey(text) };
  } catch (error) {
    const [fault] = error instanceof AppError ? error.errors : [];
    if (!fault) throw error;
    return { fault };
  }
}
