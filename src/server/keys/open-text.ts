import type { App } from '../context.ts';
import { unlessUnreadable } from '../secrets/unless-unreadable.ts';

/** The text of a key; undefined where the stored text does not open, which callers count and tell. */
export function openText({ app }: { app: App }, cipher: string, id: string): string | undefined {
  return unlessUnreadable(() => app.vault.open(cipher, id));
}
