import { withPatience } from '../db/patience.ts';
import { todayIn } from '../domain/day.ts';
import { checkpointKeeper } from './audit/checkpoints.ts';
import { readIfProven } from './audit/read-log.ts';
import { stateFacts } from './audit/state-facts.ts';
import type { App } from './context.ts';
import { erasureKeeper } from './erasure/keeper.ts';
import { asAppError } from './http/problem.ts';
import { inBackground } from './in-background.ts';
import { runExpiryJob } from './jobs/expiry.ts';
import { lastExpiryRun } from './jobs/expiry-age.ts';
import { searchKeeper } from './list/search-keeper.ts';
import { cleanUp } from './upkeep/clean-up.ts';
import { clockState, clockWarnings } from './upkeep/clock-state.ts';
import { backupKeeper } from './upkeep/nightly-backup.ts';

/** The jobs of one server. With several servers each has its own: every job has its effect once, whoever runs it. */
export type Schedule = {
  start: () => Promise<void>;
  /** Waits for the jobs under way, then makes a last checkpoint. */
  stop: () => Promise<void>;
};

type Job = 'expiry' | 'clean-up' | 'clock' | 'facts';

const daily = '5 0 * * *';
const hourly = '7 * * * *';

/**
 * Checkpoints as they fall due, and what was erased taken out of the files; every hour, and at the start, one more of both, a
 * clean-up, an expiry run where today has none yet, and the facts of an earlier version's records where they are not stated;
 * the expiry run itself five minutes into the organisation's day, and after it a backup of the day where the server makes them.
 */
export function newSchedule(app: App): Schedule {
  const keeper = checkpointKeeper(app);
  const erasures = erasureKeeper(app);
  const search = searchKeeper(app);
  const backups = backupKeeper(app);
  app.onAppended = (size, erased) => {
    keeper.onAppended(size, erased);
    if (erased) erasures.due();
    search.due();
  };
  const running = new Set<Promise<void>>();
  const timers = new Map<'hourly' | 'daily', { stop: () => void }>();
  let zone: string | undefined;
  let isStopping = false;

  const run = async (job: Job, work: () => Promise<unknown>): Promise<void> => {
    if (isStopping) return;
    const done = withPatience('work', work).then(
      () => undefined,
      (error: unknown) => report(app, job, error),
    );
    running.add(done);
    await done;
    running.delete(done);
  };
  const everyHour = async (): Promise<void> => {
    await keeper.hourly();
    await run('clock', () => warnOfClock(app));
    await run('clean-up', () => cleanUp(app));
    erasures.due();
    await run('expiry', followZone);
    await run('facts', () => stateFacts(app, () => isStopping));
    // Not waited for: it may take longer than an hour, and a folder of the network may not answer.
    inBackground(app, 'backup', backups.due);
  };
  const everyDay = async (): Promise<void> => {
    await run('expiry', () => expireIfDue(app));
    inBackground(app, 'backup', backups.due);
  };
  /** An organisation may be set up, or change its time zone, while the server runs. */
  const followZone = async (): Promise<void> => {
    const settings = await app.database.read.selectFrom('settings').select('time_zone').executeTakeFirst();
    if (!settings) return;
    if (zone !== settings.time_zone) {
      zone = settings.time_zone;
      timers.get('daily')?.stop();
      timers.set('daily', await timer(daily, zone, everyDay));
    }
    await expireIfDue(app);
  };

  return {
    start: async () => {
      timers.set('hourly', await timer(hourly, 'UTC', everyHour));
      inBackground(app, 'hourly', everyHour);
      // Before somebody waits for it.
      inBackground(app, 'log', () => readIfProven(app));
    },
    stop: async () => {
      isStopping = true;
      for (const timer of timers.values()) timer.stop();
      await backups.stop();
      await Promise.all(running);
      await keeper.stop();
      await erasures.stop();
      await search.stop();
    },
  };
}

/** A line an hour, for as long as it is so. */
async function warnOfClock(app: App): Promise<void> {
  for (const warning of clockWarnings(await clockState(app))) app.log.warn({ clock: warning }, 'the clock');
}

/** One run a day, whoever is first; a day that was missed is made up for by the next run. */
async function expireIfDue(app: App): Promise<void> {
  const settings = await app.database.read.selectFrom('settings').select('time_zone').executeTakeFirst();
  const last = await lastExpiryRun(app);
  // Said once an hour; the job goes on when the clock is set.
  if ((await clockState(app)).jumpSeconds !== 0) return;
  if (!settings || (last && last.day >= todayIn(settings.time_zone, app.clock()))) return;
  await runExpiryJob(app);
}

/** Loaded late: the first answer does not need it. A run that takes longer than its interval is not started twice. */
async function timer(pattern: string, timezone: string, work: () => Promise<void>): Promise<{ stop: () => void }> {
  const { Cron } = await import('croner');
  return new Cron(pattern, { timezone, protect: true }, work);
}

function report(app: App, job: Job, error: unknown): void {
  const { code } = asAppError(error);
  app.reportBug(error, { requestId: '', method: 'JOB', path: job, code });
}
