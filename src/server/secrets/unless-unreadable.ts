import { AppError } from '../../domain/errors.ts';

/** Opens what the vault made; undefined where that cannot be opened. */
export function unlessUnreadable<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof AppError && error.code === 'key_unreadable') return undefined;
    throw error;
  }
}
