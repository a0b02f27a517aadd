import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The maintenance database of the one PostgreSQL server of this run; see createDatabase in postgres.ts. */
    postgresUrl: string;
  }
}

/** Starts one PostgreSQL for the whole run; vitest calls the function it answers at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres({ durable: false });
  project.provide('postgresUrl', postgres.url('postgres'));
  return postgres.stop;
}
