import { uptime } from 'node:os';
import { Hono } from 'hono';
import { databaseFault } from '../db/faults.ts';
import type { Database } from '../db/open.ts';
import { serverName } from '../db/servers.ts';
import { openApp, openConfiguredDatabase } from './app.ts';
import { clockState, clockWarnings, requireSureClock } from './clock-state.ts';
import type { Config } from './config.ts';
import type { App } from './context.ts';
import { acceptClock } from './correct-clock.ts';
import { docsPage } from './docs-page.ts';
import { httpApi } from './http.ts';
import { endSilentImports } from './imports/import-row.ts';
import { stopImports } from './imports/running-imports.ts';
import { clearLeftovers } from './leftovers.ts';
import { listen } from './listen.ts';
import type { Log } from './log.ts';
import { refuseEmptyDatabase, refuseLostDatabase } from './lost-database.ts';
import { operations } from './operations.ts';
import { makeSetupToken, setupNeeded, setupTokenFile } from './people/setup.ts';
import { tellCounts } from './refusal-log.ts';
import { routes } from './routes.ts';
import { newSchedule } from './schedule.ts';
import { claimDatabase } from './serve-lock.ts';
import { damaged, upgrade } from './upgrade.ts';
import { webPages } from './web-pages.ts';

export type Serving = { url: string; stop: () => Promise<void> };

/** What serving needs; `print` shows one line to whoever started it. */
export type ServeOptions = { config: Config; log: Log; print: (line: string) => void; acceptClock: boolean };

/**
 * Starts a server: claims the embedded file, opens and upgrades the database, opens the vault, answers HTTP, then
 * starts the jobs. Prints one line: the setup link while nobody has set Keybook up, else the address.
 */
export async function serve({ config, log, print, acceptClock: isAccepted }: ServeOptions): Promise<Serving> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const lock = claimDatabase(config);
    undo.push(lock.release);
    refuseLostDatabase(config);
    const database = openOrExplain(config);
    undo.push(database.close);
    await refuseEmptyDatabase(config, database);
    if (!isAccepted) await requireSureClock(database, new Date(), 'start with --accept-clock.');
    const { applied, backup, noRoom } = await upgrade(config, database, new Date());
    if (applied.length > 0) log.info({ applied, backup }, 'the schema was brought up to date');
    if (noRoom)
      log.warn(noRoom, 'what an earlier version deleted may still stand in the file: make room, then keybook erase');
    const app = await openApp({ config, database, log, uptimeSeconds: uptime });
    undo.push(() => tellCounts(app));
    clearAway(config, log);
    if (isAccepted) await acceptClock(app);
    for (const warning of clockWarnings(await clockState(app))) log.warn({ clock: warning }, 'the clock');
    await endSilentImports(app, { atStart: true });
    const schedule = newSchedule(app);
    undo.push(schedule.stop);
    const listening = await listen(config, surface(app));
    undo.push(listening.stop);
    const url = addressOf(config, listening.port);
    log.info({ url }, 'listening');
    undo.push(() => stopImports(app));
    await schedule.start();
    print(await greeting(app, url));
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What killed commands left behind goes at the start: this server has the folder to itself. */
function clearAway(config: Config, log: Log): void {
  const cleared = clearLeftovers(config, true);
  if (cleared.length > 0) log.warn({ cleared }, 'files that killed commands had left were deleted');
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
async function greeting(app: App, url: string): Promise<string> {
  const base = app.config.baseUrl ?? url;
  if (!(await setupNeeded(app))) return `Keybook is ready: ${base}`;
  const token = await makeSetupToken(app);
  return `Set Keybook up here, within an hour: ${base}/setup#token=${token} (the token is also in ${setupTokenFile(app)})`;
}
