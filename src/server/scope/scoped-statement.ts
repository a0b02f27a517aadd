import type { Compilable } from 'kysely';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import { type Dialect, statement } from '../../db/statement.ts';
import type { Scope } from '../../domain/permissions.ts';

type Query<Row> = Compilable<Row> & { execute(): Promise<Row[]> };
type Scoped<Db> = Dialect<Db> & { scope: Scope };
export type ScopedReads = Scoped<ReadDb>;
export type ScopedWrites = Scoped<WriteDb>;

/**
 * A fixed statement that applies the actor's scope: its text is kept for those without limits, and built for each other
 * actor.
 */
export function scopedStatement<Db extends ReadDb | WriteDb, Values extends object, Row>(
  build: (on: Scoped<Db>, values: Values) => Query<Row>,
): (on: Scoped<Db>, values: Values) => Promise<Row[]> {
  const unlimited = statement((on: Dialect<Db>, values: Values) => build({ ...on, scope: 'all' }, values));
  return (on, values) => (on.scope === 'all' ? unlimited(on, values) : build(on, values).execute());
}
