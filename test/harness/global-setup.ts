import type { TestProject } from 'vitest/node';
import { askDoor, openDoor } from './door.ts';
import { demoOnce, installOnce } from './installed.ts';
import { migrateDatabase, migrateFile } from './migrated.ts';
import { packProgram } from './packed-program.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many licenses the walks of the guide receive and renew; see vitest.config.ts. */
    guideLicenses: number;
    /** Where the one PostgreSQL server of this run is asked for; see run-postgres.ts. */
    postgresDoor: string;
    /** Where databases with today's schema are asked for; see world.ts. */
    migratedDoor: Record<'sqlite' | 'postgres', string>;
    /** Where the program that this run starts is asked for; see process.ts. */
    programDoor: string;
    /** Where an installation to copy is asked for; see installed.ts. */
    installedDoor: string;
    /** Where a demo to copy is asked for; see demo.ts. */
    demoDoor: string;
  }
}

/** What a run has once, each made when the first test file asks; vitest calls what is answered at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await openDoor(async () => {
    const { url, stop } = await startPostgres({ durable: false });
    return { address: url('postgres'), stop };
  });
  project.provide('postgresDoor', postgres.path);
  const migrated = {
    sqlite: await openDoor(migrateFile),
    postgres: await openDoor(async () => migrateDatabase(await askDoor(postgres.path))),
  };
  project.provide('migratedDoor', { sqlite: migrated.sqlite.path, postgres: migrated.postgres.path });
  const program = await openDoor(packProgram);
  project.provide('programDoor', program.path);
  const installed = await openDoor(async () => installOnce(await askDoor(program.path)));
  project.provide('installedDoor', installed.path);
  const demo = await openDoor(async () => demoOnce(await askDoor(program.path)));
  project.provide('demoDoor', demo.path);
  return async () => {
    const doors = [migrated.sqlite, migrated.postgres, program, installed, demo];
    await Promise.all(doors.map((door) => door.close()));
    await postgres.close();
  };
}
