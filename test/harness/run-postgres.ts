import { inject } from 'vitest';
import { askDoor } from './door.ts';
import { createDatabase } from './postgres.ts';

/** The maintenance database of the one PostgreSQL server of this run, which is started where it is not yet. */
export function postgresUrl(): Promise<string> {
  return askDoor(inject('postgresDoor'));
}

/** An empty database of this run's PostgreSQL, by its address; `dropDatabase` drops it. */
export async function newDatabase(): Promise<string> {
  return createDatabase(await postgresUrl());
}
