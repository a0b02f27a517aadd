import { run } from './program.ts';

// The one door to the commands that see server and database.
process.exitCode = await run(await import('./admin.ts'));
