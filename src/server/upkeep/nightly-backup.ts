import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BackupFailure } from '../../domain/backup-failure.ts';
import { todayIn } from '../../domain/day.ts';
import { isLate } from '../../domain/expiry-age.ts';
import { databaseFile } from '../app.ts';
import type { App } from '../context.ts';
import type { BackupOrder, BackupOutcome } from './backup-program.ts';
import { clearAbandonedBackups } from './leftovers.ts';

/** What the process knows of the nightly backups. It looks into their folder through another process alone. */
export type Backups = {
  watchedSince: Date;
  newest: { at: string; bytes: number } | undefined;
  failure: { at: string; why: BackupFailure } | undefined;
};

/** The same for who asks: whether the newest is older than 36 hours, or there is none for so long. */
export type BackupState = { newestAt: string | null; isLate: boolean; failure: NonNullable<Backups['failure']> | null };

/** How the nightly backups stand; undefined where this server makes none. */
export function backupState({ config, backups, clock }: App): BackupState | undefined {
  if (config.backupDir === undefined) return undefined;
  const { newest, failure, watchedSince } = backups;
  const at = newest?.at ?? watchedSince.toISOString();
  return { newestAt: newest?.at ?? null, isLate: isLate({ at }, clock()), failure: failure ?? null };
}

/** The same in words, with what to do. */
export function backupWords({ newestAt, isLate, failure }: BackupState): string {
  const newest = newestAt === null ? 'there is none yet' : `the newest is of ${newestAt}`;
  if (failure)
    return `the nightly backup failed at ${failure.at}: ${failureWords[failure.why]}. It is tried again every hour; ${newest}`;
  return isLate ? `${newest}, and none was made for 36 hours: look at the log of the server` : newest;
}

const failureWords: Record<BackupFailure, string> = {
  noFolder: 'the folder of BACKUP_DIR is not there. Make or mount it',
  forbidden: 'Keybook may not write into the folder of BACKUP_DIR. Give it to the user of the server',
  noSpace: 'the disk of BACKUP_DIR is full. Make room, or set a smaller BACKUP_KEEP',
  damaged: 'the copy was damaged, and not kept. Run keybook doctor, and look at the disks; keep earlier backups',
  tooLong:
    'it did not come to its end in two hours. Is the folder of BACKUP_DIR one of the network that does not answer?',
  broken: 'the log of the server says why',
};

const program = fileURLToPath(new URL('backup-program.ts', import.meta.url));
const longestMs = 2 * 3_600_000;
/** A process that waits for a disk that does not answer cannot be ended; nobody waits for it. */
const stopMs = 2000;

export type BackupKeeper = {
  /** Has the backup of today made where there is none; ends when that has come to its end. Never throws. */
  due: () => Promise<void>;
  /** Breaks off what is under way. */
  stop: () => Promise<void>;
};

/** Makes a backup of each day of the organisation, in a process of its own, and deletes those beyond BACKUP_KEEP. */
export function backupKeeper(app: App): BackupKeeper {
  let child: ChildProcess | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;

  const backUp = async (): Promise<void> => {
    const order = await orderOfToday(app);
    if (!order || isStopped) return;
    child = startProgram(order);
    const outcome = await outcomeOf(child);
    child = undefined;
    // What it was ended amid lies there still.
    if ('failure' in outcome) clearAbandonedBackups(app.config);
    if (!isStopped) settle(app, outcome);
  };
  const failed = (error: unknown): void => settle(app, { failure: 'broken', detail: String(error) });

  return {
    due: () => {
      if (app.config.backupDir === undefined || isStopped) return Promise.resolve();
      running ??= backUp()
        .catch(failed)
        .finally(() => {
          running = undefined;
        });
      return running;
    },
    stop: async () => {
      isStopped = true;
      child?.kill('SIGKILL');
      await Promise.race([running, wait(stopMs, undefined, { ref: false })]);
      child?.unref();
      child?.channel?.unref();
    },
  };
}

/** Undefined where the backup of today is known to be there, or nobody has set Keybook up. */
async function orderOfToday({ config, database, clock, backups }: App): Promise<BackupOrder | undefined> {
  const settings = await database.read.selectFrom('settings').select('time_zone').executeTakeFirst();
  const folder = config.backupDir;
  if (!settings || folder === undefined) return undefined;
  const timeZone = settings.time_zone;
  const now = clock();
  const day = backups.newest && todayIn(timeZone, new Date(backups.newest.at));
  if (day === todayIn(timeZone, now) && !backups.failure) return undefined;
  const { dataDir, backupKeep: keep } = config;
  return { dataDir, databaseFile: databaseFile(config), folder, keep, timeZone, now: now.toISOString() };
}

function startProgram(order: BackupOrder): ChildProcess {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  return fork(program, [JSON.stringify(order)], { execArgv: [], stdio: [...stdio] });
}

function outcomeOf(child: ChildProcess): Promise<BackupOutcome> {
  return new Promise((resolve) => {
    let said: BackupOutcome | undefined;
    child.once('message', (message) => {
      // Its program says no other thing.
      said = message as BackupOutcome;
    });
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      resolve({ failure: 'tooLong', detail: 'it was ended' });
    }, longestMs);
    const end = (detail: string): void => {
      clearTimeout(late);
      resolve(said ?? { failure: 'broken', detail });
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (status, signal) => end(`it ended with ${signal ?? status}`));
  });
}

function settle({ backups, clock, log }: App, outcome: BackupOutcome): void {
  if ('failure' in outcome) {
    const { failure: why, detail } = outcome;
    backups.failure = { at: clock().toISOString(), why };
    log.error({ why, detail }, 'the nightly backup failed');
    return;
  }
  const { newest, made, deleted } = outcome;
  backups.newest = newest;
  backups.failure = undefined;
  if (made) log.info({ file: newest.file, bytes: newest.bytes, deleted }, 'a nightly backup was made');
}
