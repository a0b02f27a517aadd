import type { TestProject } from 'vitest/node';
import { openDoor } from './door.ts';
import { packProgram } from './packed-program.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one PostgreSQL server of this run is asked for; see run-postgres.ts. */
    postgresDoor: string;
    /** Where the program that this run starts is asked for; see process.ts. */
    programDoor: string;
  }
}

/** What a run has once, each made when the first test file asks; vitest calls what is answered at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await openDoor(async () => {
    const { url, stop } = await startPostgres({ durable: false });
    return { address: url('postgres'), stop };
  });
  project.provide('postgresDoor', postgres.path);
  const program = await openDoor(packProgram);
  project.provide('programDoor', program.path);
  return async () => {
    await Promise.all([postgres.close(), program.close()]);
  };
}
