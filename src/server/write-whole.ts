import { randomBytes } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a new file, for this user alone, that has all its text when it gets its name: nobody reads half of it, nor does a
 * power cut leave half of it there. Throws where there is one of that name.
 */
export function writeWhole(file: string, text: string): void {
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(unfinished, text, { flag: 'wx', mode: 0o600, flush: true });
    linkSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
