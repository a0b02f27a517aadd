import { sql } from 'kysely';
import { type GoOn, lockWaitMs } from './lock-wait.ts';
import type { WriteDb } from './open.ts';

type Work = (tx: WriteDb) => Promise<unknown>;
type Waiting = {
  work: Work;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  /** How long it has waited for the lock of another process. */
  waitedMs: number;
};

const largestGroup = 64;

export type GroupCommit = {
  transaction: <Result>(work: (tx: WriteDb) => Promise<Result>) => Promise<Result>;
  /** Does the work at a moment at which none of them is open. It must be short: the next ones wait for it. */
  between: <Result>(work: () => Result) => Promise<Result>;
  settled: () => Promise<void>;
  /** To be asked by the driver between two tries for the write lock: whether anybody here waits for it still. */
  goOn: GoOn;
};

/**
 * Runs write transactions one after another over the one writing connection. Those that wait at the same moment share a
 * commit, and so one wait for the disk: each runs in its own savepoint, is undone alone if it throws, and is answered
 * only after the commit of all. Where another process has the write lock, each waits for its own five seconds.
 */
export function groupCommit(db: () => WriteDb): GroupCommit {
  let waiting: Waiting[] = [];
  let between: (() => void)[] = [];
  let running: Promise<void> | undefined;
  const runAll = async (): Promise<void> => {
    while (waiting.length + between.length > 0) {
      await othersJoin(() => waiting.length);
      const works = between;
      between = [];
      for (const work of works) work();
      if (waiting.length === 0) continue;
      await commitTogether(db(), {
        // Those that came while the lock was waited for are of it too.
        take: () => waiting.splice(0, largestGroup),
        failed: (error) => {
          for (const { reject } of waiting.splice(0)) reject(error);
        },
      });
    }
    running = undefined;
  };
  return {
    transaction: (work) =>
      new Promise((resolve, reject) => {
        // The promise of this call takes what its own work answers.
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject, waitedMs: 0 });
        running ??= runAll();
      }),
    between: (work) =>
      new Promise((resolve, reject) => {
        between.push(() => {
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
        });
        running ??= runAll();
      }),
    settled: () => running ?? Promise.resolve(),
    goOn: (pauseMs) => {
      if (waiting.length === 0) return undefined;
      for (const each of waiting) each.waitedMs += pauseMs;
      const isLate = ({ waitedMs }: Waiting): boolean => waitedMs >= lockWaitMs;
      // The last of them hears of it from the driver itself.
      if (waiting.every(isLate)) return false;
      const late = waiting.filter(isLate);
      waiting = waiting.filter((each) => !isLate(each));
      for (const { reject } of late) reject(new LockedError());
      return true;
    },
  };
}

/** What SQLite says of a lock that another process holds. */
class LockedError extends Error {
  readonly code = 'SQLITE_BUSY';

  constructor() {
    super('database is locked');
  }
}

/** Requests that arrive in the same turn of the event loop get the chance to join; as long as some do, so do the next. */
async function othersJoin(count: () => number): Promise<void> {
  for (let before = -1; before < count() && count() < largestGroup; ) {
    before = count();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

type Group = { take: () => Waiting[]; failed: (error: unknown) => void };

async function commitTogether(db: WriteDb, { take, failed }: Group): Promise<void> {
  const answers: (() => void)[] = [];
  let group: Waiting[] | undefined;
  try {
    await db.transaction().execute(async (tx) => {
      group = take();
      for (const each of group) answers.push(group.length === 1 ? await alone(tx, each) : await inSavepoint(tx, each));
    });
  } catch (error) {
    if (!group) failed(error);
    for (const { reject } of group ?? []) reject(error);
    return;
  }
  for (const answer of answers) answer();
}

async function alone(tx: WriteDb, { work, resolve }: Waiting): Promise<() => void> {
  const result = await work(tx);
  return () => resolve(result);
}

async function inSavepoint(tx: WriteDb, { work, resolve, reject }: Waiting): Promise<() => void> {
  await sql`savepoint one_of_group`.execute(tx);
  try {
    const result = await work(tx);
    await sql`release one_of_group`.execute(tx);
    return () => resolve(result);
  } catch (error) {
    await undo(tx, error);
    return () => reject(error);
  }
}

/** Where the database has ended the whole transaction itself (no space left), the first error speaks for all. */
async function undo(tx: WriteDb, cause: unknown): Promise<void> {
  try {
    await sql`rollback to one_of_group`.execute(tx);
    await sql`release one_of_group`.execute(tx);
  } catch {
    throw cause;
  }
}
