import { retryForgetMs } from '../../db/forget.ts';
import type { App } from '../context.ts';
import { asAppError } from '../http/problem.ts';

/** Since when deleted content may still stand in the files of the database; undefined where none waits. */
export type Erasures = { waitingSince: Date | undefined };

/**
 * Takes deleted content out of the files soon after it was deleted. As long as somebody reads what was there before, or
 * the database is away, it is tried again: after a moment at first, then each minute.
 */
export type ErasureKeeper = {
  /** To be told of every erasure, and every hour for what was deleted otherwise: sessions, tokens, remembered requests. */
  due: () => void;
  /** Waits for the try under way; none comes after. */
  stop: () => Promise<void>;
};

const longestWaitMs = 60_000;

export function erasureKeeper(app: App): ErasureKeeper {
  const { database, erasures } = app;
  const firstWaitMs = retryForgetMs(database);
  let waitMs = firstWaitMs;
  let asked = 0;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const tryOnce = async (): Promise<void> => {
    const upTo = asked;
    const done = await forget(app);
    running = undefined;
    if (done && upTo === asked) {
      erasures.waitingSince = undefined;
      waitMs = firstWaitMs;
    } else if (!isStopped) {
      timer = setTimeout(begin, waitMs);
      timer.unref();
      waitMs = Math.min(2 * waitMs, longestWaitMs);
    }
  };
  const begin = (): void => {
    clearTimeout(timer);
    running ??= tryOnce();
  };

  return {
    due: () => {
      asked += 1;
      erasures.waitingSince ??= app.clock();
      if (!isStopped) begin();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Nothing here throws: an erasure that is recorded stays one, however long its traces take to go. */
async function forget(app: App): Promise<boolean> {
  try {
    return await app.database.forget();
  } catch (error) {
    app.reportBug(error, { requestId: '', method: 'JOB', path: 'erasure', code: asAppError(error).code });
    return false;
  }
}
