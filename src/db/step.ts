import type { Kysely } from 'kysely';
import type { Engine } from './engine.ts';

/**
 * A step of the schema: its statements, or what it does with the rows. Each file of `migrations/` exports one as `step`,
 * and is named for its place among them; one that was released is never changed.
 */
export type Step = (engine: Engine) => readonly string[] | ((db: Kysely<object>) => Promise<void>);

/** Text that both engines compare by bytes, as a column that is added. */
export function textType(engine: Engine): string {
  return engine === 'postgres' ? 'text COLLATE "C"' : 'TEXT';
}
