import { uptime } from 'node:os';
import { Hono } from 'hono';
import { databaseFault } from '../db/faults.ts';
import type { Database } from '../db/open.ts';
import { requireOwnConnections, serverName } from '../db/servers.ts';
import { openApp, openConfiguredDatabase } from './app.ts';
import type { Config } from './config.ts';
import type { App } from './context.ts';
import { isOwnMachine } from './http/client-address.ts';
import { docsPage } from './http/docs-page.ts';
import { httpApi } from './http/http-api.ts';
import { operations } from './http/operations.ts';
import { asAppError } from './http/problem.ts';
import { tellCounts } from './http/refusal-log.ts';
import { webPages } from './http/web-pages.ts';
import { endSilentImports } from './imports/plan/import-row.ts';
import { stopImports } from './imports/run/running-imports.ts';
import { endSilentUndos } from './imports/undo/undo-row.ts';
import type { Log } from './log.ts';
import { isToBeSetUp } from './people/is-to-be-set-up.ts';
import { makeSetupToken, setupTokenFile } from './people/setup-token.ts';
import { recordThrottled } from './people/throttled-entry.ts';
import { routes } from './routes.ts';
import { newSchedule } from './schedule.ts';
import { clockState, clockWarnings, requireSureClock } from './upkeep/clock-state.ts';
import { acceptClock } from './upkeep/correct-clock.ts';
import { clearLeftovers } from './upkeep/leftovers.ts';
import { refuseEmptyDatabase, refuseLostDatabase } from './upkeep/lost-database.ts';
import { claimDatabase } from './upkeep/serve-lock.ts';
import { damaged, upgrade } from './upkeep/upgrade.ts';
import { newFront, whenItAnswers } from './upkeep/wait-for-database.ts';

export type Serving = { url: string; stop: () => Promise<void> };

/** What serving needs; `print` shows one line to whoever started it, `signal` asks for the end of a start that waits. */
export type ServeOptions = {
  config: Config;
  log: Log;
  print: (line: string) => void;
  acceptClock: boolean;
  signal?: AbortSignal;
};

/** Stopping takes no longer than this where the database hangs: then what is under way is broken off. */
const stopMs = 10_000;

/**
 * Starts a server: claims the embedded file, opens and upgrades the database, opens the vault, answers HTTP, then
 * starts the jobs. Prints one line: the setup link while nobody has set Keybook up, else the address. While a database
 * server does not answer it waits for it, and answers `/healthz` and `/readyz` meanwhile.
 */
export async function serve({ config, log, print, signal, acceptClock: isAccepted }: ServeOptions): Promise<Serving> {
  const undo: (() => unknown)[] = [];
  const stop = () => undoAll(undo, log);
  try {
    const lock = claimDatabase(config);
    undo.push(lock.release);
    refuseLostDatabase(config);
    const database = openOrExplain(config);
    undo.push(database.close);
    const front = newFront(config);
    undo.push(front.stop);
    const { app, setupToken } = await whenItAnswers(() => prepare({ config, log, isAccepted }, database), {
      isWaitedFor: config.databaseUrl !== undefined,
      signal,
      onWait: async (reason) => {
        const url = addressOf(config, await front.listen());
        log.warn({ reason, url }, 'waiting for the database');
        print(`Keybook waits for its database, which does not answer (${reason}): ${url}/readyz`);
      },
    });
    undo.push(() => tellCounts(app));
    undo.push(() => recordThrottled(app));
    const schedule = newSchedule(app);
    undo.push(schedule.stop);
    undo.push(front.stop);
    front.show(surface(app));
    const url = addressOf(config, await front.listen());
    log.info({ url }, 'listening');
    if (isOpenWithoutTls(config))
      log.warn({ host: config.host }, 'HOST is open to others and BASE_URL is not https: passwords travel in clear');
    undo.push(() => stopImports(app));
    await schedule.start();
    print(greeting(app, url, setupToken));
    return { url, stop: () => withinTime(stop, database) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Takes every step back, the latest first, whatever breaks in one of them. What waited in vain for a database that is
 * away is said and lost with it: the stop is orderly all the same.
 */
async function undoAll(undo: readonly (() => unknown)[], log: Log): Promise<void> {
  const broken: unknown[] = [];
  for (const step of undo.toReversed()) {
    try {
      await step();
    } catch (error) {
      if (asAppError(error).code === 'unavailable') log.warn({ error }, 'broken off: the database does not answer');
      else broken.push(error);
    }
  }
  if (broken.length > 0) throw broken[0];
}

/** What killed commands left behind goes at the start: this server has the folder to itself. */
function clearAway(config: Config, log: Log): void {
  const cleared = clearLeftovers(config, true);
  if (cleared.length > 0) log.warn({ cleared }, 'files that killed commands had left were deleted');
}

type Prepared = { app: App; setupToken: string | undefined };
type Preparing = Pick<ServeOptions, 'config' | 'log'> & { isAccepted: boolean };

/** Everything that a start does before it can answer. It may be begun again. */
async function prepare({ config, log, isAccepted }: Preparing, database: Database): Promise<Prepared> {
  await requireOwnConnections(database);
  await refuseEmptyDatabase(config, database);
  if (!isAccepted) await requireSureClock(database, new Date(), 'start with --accept-clock.');
  const { applied, backup, noRoom } = await upgrade(config, database, new Date());
  if (applied.length > 0) log.info({ applied, backup }, 'the schema was brought up to date');
  if (noRoom)
    log.warn(noRoom, 'what an earlier version deleted may still stand in the file: make room, then keybook erase');
  const app = await openApp({ config, database, log, uptimeSeconds: uptime, beginning: 'of-start' });
  clearAway(config, log);
  if (isAccepted) await acceptClock(app);
  for (const warning of clockWarnings(await clockState(app))) log.warn({ clock: warning }, 'the clock');
  await endSilentImports(app, { atStart: true });
  await endSilentUndos(app, { atStart: true });
  // Before anything is answered: whoever waits for that finds the token.
  return { app, setupToken: (await isToBeSetUp(app)) ? await makeSetupToken(app) : undefined };
}

/** An orderly stop; where the database holds it up, everything that waits for it fails and so comes to its end. */
async function withinTime(stop: () => Promise<void>, database: Database): Promise<void> {
  const late = setTimeout(database.abandon, stopMs);
  await stop();
  clearTimeout(late);
}

function isOpenWithoutTls({ host, baseUrl }: Config): boolean {
  return !isOwnMachine(host) && host !== 'localhost' && baseUrl?.startsWith('https://') !== true;
}

function openOrExplain(config: Config): Database {
  try {
    return openConfiguredDatabase(config, serverName);
  } catch (error) {
    if (databaseFault(error)?.kind === 'damaged') throw damaged(config);
    throw error;
  }
}

function surface(app: App): Hono {
  const http = new Hono();
  operations(app, http);
  docsPage(http, app.config);
  webPages(http, app);
  httpApi(app, routes, http);
  return http;
}

/** Where people open it: every address of a machine includes its own loopback. */
function addressOf({ host }: Config, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The token stands behind a #, which browsers send to nobody, so that it reaches no log. */
function greeting(app: App, url: string, setupToken: string | undefined): string {
  const base = app.config.baseUrl ?? url;
  if (setupToken === undefined) return `Keybook is ready: ${base}`;
  return `Set Keybook up here, within an hour: ${base}/setup#token=${setupToken} (the token is also in ${setupTokenFile(app)})`;
}
