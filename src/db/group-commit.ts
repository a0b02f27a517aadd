import { sql } from 'kysely';
import type { WriteDb } from './open.ts';

type Work = (tx: WriteDb) => Promise<unknown>;
type Waiting = { work: Work; resolve: (value: unknown) => void; reject: (error: unknown) => void };

const largestGroup = 64;

/**
 * Runs write transactions one after another over the one writing connection. Those that wait at the same moment share a
 * commit, and so one wait for the disk: each runs in its own savepoint, is undone alone if it throws, and is answered
 * only after the commit of all.
 */
export function groupCommit(db: WriteDb): {
  transaction: <Result>(work: (tx: WriteDb) => Promise<Result>) => Promise<Result>;
  /** Does the work at a moment at which none of them is open. It must be short: the next ones wait for it. */
  between: <Result>(work: () => Result) => Promise<Result>;
  settled: () => Promise<void>;
} {
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
      const group = waiting.slice(0, largestGroup);
      waiting = waiting.slice(largestGroup);
      await commitTogether(db, group);
    }
    running = undefined;
  };
  return {
    transaction: (work) =>
      new Promise((resolve, reject) => {
        // The promise of this call takes what its own work answers.
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
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
  };
}

/** Requests that arrive in the same turn of the event loop get the chance to join; as long as some do, so do the next. */
async function othersJoin(count: () => number): Promise<void> {
  for (let before = -1; before < count() && count() < largestGroup; ) {
    before = count();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function commitTogether(db: WriteDb, group: Waiting[]): Promise<void> {
  const answers: (() => void)[] = [];
  try {
    await db.transaction().execute(async (tx) => {
      for (const each of group) answers.push(group.length === 1 ? await alone(tx, each) : await inSavepoint(tx, each));
    });
  } catch (error) {
    for (const { reject } of group) reject(error);
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
