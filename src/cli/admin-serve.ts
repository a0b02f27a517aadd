import type { Config } from '../server/config.ts';
import { openLog, reportBugTo } from '../server/log.ts';
import { serve } from '../server/serve.ts';
import { inWords } from './admin-open.ts';
import { becomeOwner } from './admin-owner.ts';
import { exits } from './exit.ts';

/** Serves until a signal asks to stop; then finishes what is under way and ends with 0. */
export async function runServer(config: Config, { acceptClock }: { acceptClock?: true }): Promise<void> {
  becomeOwner(config);
  process.umask(0o077);
  const log = openLog(config.logLevel);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  // Before the start, so that a signal during a migration lets it end first; a second one ends the process at once.
  const asked = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, resolve);
  });
  const { stop } = await serve({ config, log, print, acceptClock: acceptClock === true }).catch((error) => {
    throw inWords(error);
  });
  process.on('uncaughtException', (error) => {
    reportBugTo(log)(error, { requestId: '', method: 'PROCESS', path: '', code: 'internal' });
    process.exit(exits.server);
  });
  await asked;
  log.info('stopping');
  await stop();
}
