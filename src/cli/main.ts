import { run } from './program.ts';

// Whoever reads an answer may stop reading, as `head` does: the command goes on to its end all the same.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

// The one door to the commands that see server and database.
process.exitCode = await run(await import('./admin.ts'));
