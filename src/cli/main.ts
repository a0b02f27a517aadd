import { run } from './program.ts';

// Whoever reads an answer may stop reading, as `head` does: the command goes on to its end all the same.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    // A full disk behind the output, for one. A server goes on without it.
    process.exitCode = 3;
    if (stream === process.stdout) process.stderr.write(`keybook: the output cannot be written (${error.code}).\n`);
  });

// The one door to the commands that see server and database.
process.exitCode = await run(await import('./admin.ts'));
