import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';
import { openDoor } from './postgres-door.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one PostgreSQL server of this run is asked for; see run-postgres.ts. */
    postgresDoor: string;
  }
}

/** One PostgreSQL for the whole run, started when the first test file asks; vitest calls what is answered at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const door = await openDoor(() => startPostgres({ durable: false }));
  project.provide('postgresDoor', door.path);
  return door.close;
}
