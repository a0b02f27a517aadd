import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';

/** The text of a key; undefined where the stored text does not open, which callers count and tell. */
export function openText({ app }: { app: App }, cipher: string, id: string): string | undefined {
  try {
    return app.vault.open(cipher, id);
  } catch (error) {
    if (error instanceof AppError && error.code === 'key_unreadable') return undefined;
    throw error;
  }
}
