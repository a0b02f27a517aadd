import type { Config } from '../server/config.ts';
import { type Log, openLog, reportBugTo } from '../server/log.ts';
import { serve } from '../server/serve.ts';
import { inWords } from './admin-open.ts';
import { becomeOwner } from './admin-owner.ts';
import { exits } from './exit.ts';

/** A stop that takes longer has met something that nobody foresaw. */
const stopMs = 20_000;

/** Serves until a signal asks to stop; then finishes what is under way and ends with 0. */
export async function runServer(config: Config, { acceptClock }: { acceptClock?: true }): Promise<void> {
  becomeOwner(config);
  process.umask(0o077);
  const log = openLog(config.logLevel);
  watchProcess(log);
  // Before the start, so that a signal during a migration lets it end first; a second one ends the process at once.
  const asked = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => asked.abort());
  const { signal } = asked;
  try {
    const print = (line: string) => process.stdout.write(`${line}\n`);
    const { stop } = await serve({ config, log, print, signal, acceptClock: acceptClock === true });
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    log.info('stopping');
    endAnyway(log);
    await stop();
  } catch (error) {
    // A start that still waited for its database.
    if (!signal.aborted || !isAbort(error)) throw inWords(error);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * The last resort. A rejection that nobody took is one request or job that failed: it is told, and the others go on.
 * After an exception that nobody caught, nobody knows what holds: the process ends, to be started anew.
 */
function watchProcess(log: Log): void {
  const report = reportBugTo(log);
  process.on('unhandledRejection', (error) =>
    report(error, { requestId: '', method: 'PROCESS', path: 'rejection', code: 'internal' }),
  );
  process.on('uncaughtException', (error) => {
    report(error, { requestId: '', method: 'PROCESS', path: 'exception', code: 'internal' });
    process.exit(exits.server);
  });
}

function endAnyway(log: Log): void {
  setTimeout(() => {
    log.fatal('the stop did not come to its end in time');
    process.exit(exits.server);
  }, stopMs).unref();
}
