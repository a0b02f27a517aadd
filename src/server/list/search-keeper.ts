import type { App } from '../context.ts';
import { asAppError } from '../http/problem.ts';

/**
 * Has the search index know what was written, soon afterwards. What waits for it is found as well, but is gone through row
 * by row: it must not become much.
 */
export type SearchKeeper = {
  /** To be told whenever something was written. */
  due: () => void;
  /** Waits for the work under way; none comes after. */
  stop: () => Promise<void>;
};

/** So long more may come to be put into it together. */
const gatherMs = 2000;

export function searchKeeper(app: App): SearchKeeper {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;
  const settle = async (): Promise<void> => {
    await running;
    timer = undefined;
    running = settled(app);
  };
  return {
    due: () => {
      if (isStopped || timer) return;
      timer = setTimeout(settle, gatherMs);
      timer.unref();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Nothing here throws: what was not put into it waits, and is found. */
async function settled(app: App): Promise<void> {
  try {
    await app.database.settle();
  } catch (error) {
    app.reportBug(error, { requestId: '', method: 'JOB', path: 'search', code: asAppError(error).code });
  }
}
