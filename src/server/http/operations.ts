import type { Hono } from 'hono';
import { migrationStatus } from '../../db/migrate.ts';
import type { Database } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { isLate } from '../../domain/expiry-age.ts';
import type { App } from '../context.ts';
import { lastExpiryRun } from '../jobs/expiry-age.ts';
import { isToBeSetUp } from '../people/is-to-be-set-up.ts';
import { clockState, clockWarnings } from '../upkeep/clock-state.ts';
import { backupState, backupWords } from '../upkeep/nightly-backup.ts';
import { spaceTrouble } from '../upkeep/space.ts';
import { mayMeasure, readMetricsToken } from './may-measure.ts';
import { metricsText } from './metrics.ts';
import { asAppError } from './problem.ts';
import { safeHeaders } from './safe-headers.ts';
import { sharedFor } from './shared-for.ts';

type Check = { name: string; ok: boolean; detail: string };
type Readiness = { ready: boolean; checks: Check[] };

const answerMs = 3000;
/** Anybody may ask whether it is ready, so that is found out once a second. */
const sharedMs = 1000;

/** The addresses for whoever runs Keybook, outside the API: is the process alive, is it ready, what does it measure. */
export function operations(app: App, http: Hono): void {
  const answers = countAnswers(http);
  const headers = safeHeaders(app.config);
  const metricsToken = readMetricsToken(app.config);
  http.get('/healthz', (c) => c.json({ status: 'ok' }, 200, headers));
  const ready = sharedFor(sharedMs, app.clock, () => readiness(app));
  http.get('/readyz', async (c) => {
    const body = await ready();
    return c.json(body, body.ready ? 200 : 503, { ...headers, ...(!body.ready && { 'retry-after': '5' }) });
  });
  http.get('/metrics', async (c) => {
    if (!(await mayMeasure(app, c, metricsToken)))
      return c.text(
        'Measure on the server itself, or send the token of METRICS_TOKEN_FILE, or one of an administrator or auditor of all customers, as Authorization: Bearer.\n',
        401,
        headers,
      );
    const text = await metricsText(app, answers);
    return c.body(text, 200, { ...headers, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}

/** Counts every answer by its status, from here on. */
function countAnswers(http: Hono): ReadonlyMap<number, number> {
  const answers = new Map<number, number>();
  http.use('*', async (c, next) => {
    await next();
    answers.set(c.res.status, (answers.get(c.res.status) ?? 0) + 1);
  });
  return answers;
}

async function readiness(app: App): Promise<Readiness> {
  try {
    const checks = await withinTime(
      Promise.all([schemaCheck(app.database), setupCheck(app), expiryCheck(app), clockCheck(app)]),
    );
    const [schema] = checks;
    const database = { name: 'database', ok: true, detail: 'answers' };
    const troubles = [...logTrouble(app), ...erasureWarnings(app), ...backupChecks(app), ...(await spaceChecks(app))];
    return { ready: schema.ok, checks: [database, ...checks, ...troubles] };
  } catch (error) {
    const { code, message } = asAppError(error);
    const detail = code === 'internal' ? 'answers with an error; see the log' : message;
    if (code === 'internal') app.reportBug(error, { requestId: '', method: 'GET', path: '/readyz', code });
    return { ready: false, checks: [{ name: 'database', ok: false, detail }] };
  }
}

/** A database that hangs must not hang the question whether it answers. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const gone = new AppError('unavailable', 'The database does not answer.');
    timer = setTimeout(() => reject(gone), answerMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function schemaCheck(database: Database): Promise<Check> {
  const { pending, unknown } = await migrationStatus(database);
  const detail =
    unknown.length > 0
      ? `written by a newer Keybook: ${unknown.join(', ')}`
      : pending.length > 0
        ? `steps to go: ${pending.join(', ')}`
        : 'up to date';
  return { name: 'migrations', ok: pending.length + unknown.length === 0, detail };
}

/** Reading goes on without space: Keybook stays ready, and says so. */
async function spaceChecks(app: App): Promise<Check[]> {
  const detail = await spaceTrouble(app);
  return detail === undefined ? [] : [{ name: 'space', ok: false, detail }];
}

/** Only where this server makes backups: a warning, for requests are served without. */
function backupChecks(app: App): Check[] {
  const state = backupState(app);
  if (!state) return [];
  return [{ name: 'backup', ok: !state.isLate && !state.failure, detail: backupWords(state) }];
}

async function setupCheck(app: App): Promise<Check> {
  try {
    const needed = await isToBeSetUp(app);
    const detail = needed ? 'nobody has opened the setup link that the server printed at its start' : 'done';
    return { name: 'setup', ok: !needed, detail };
  } catch (error) {
    const { code, message } = asAppError(error);
    if (code !== 'log_inconsistent') throw error;
    return { name: 'setup', ok: false, detail: message };
  }
}

/** A log that is not what was signed: reading goes on, and somebody must look. */
function logTrouble({ signing: { broken, refusal = broken?.message } }: App): Check[] {
  return refusal === undefined ? [] : [{ name: 'log', ok: false, detail: refusal }];
}

/** A warning: requests are served by whatever clock there is. */
async function clockCheck(app: App): Promise<Check> {
  const warnings = clockWarnings(await clockState(app));
  return { name: 'clock', ok: warnings.length === 0, detail: warnings.join('; ') || 'fits the log' };
}

async function expiryCheck(app: App): Promise<Check> {
  const run = await lastExpiryRun(app);
  if (run === undefined) return { name: 'expiry', ok: true, detail: 'has not run yet' };
  const ok = !isLate(run, app.clock());
  return { name: 'expiry', ok, detail: `last run ${run.at}${ok ? '' : ': more than 36 hours ago'}` };
}

const lateErasureMs = 3_600_000;

/** Said only where something has been reading for so long that deleted content cannot leave the files of the database. */
function erasureWarnings({ erasures: { waitingSince }, clock }: App): Check[] {
  if (!waitingSince || clock().getTime() - waitingSince.getTime() < lateErasureMs) return [];
  const detail = `deleted content is in the write-ahead log since ${waitingSince.toISOString()}: something reads the database for long`;
  return [{ name: 'erasure', ok: false, detail }];
}
