import type { Engine } from '../engine.ts';

/** Beside each entry of the log a tag that only who can open the vault can make; null in entries of before. */
export function step(engine: Engine): string[] {
  return [`ALTER TABLE audit_entry ADD COLUMN tag ${engine === 'postgres' ? 'text COLLATE "C"' : 'TEXT'}`];
}
