import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFault } from './faults.ts';

/** How long a lock of another process is waited for. */
export const lockWaitMs = 5000;

/** Whether to try again after a pause of so many milliseconds. */
export type GoOn = (pauseMs: number) => boolean | undefined;

const shortestMs = 5;
const longestMs = 50;

/**
 * Does `work` as soon as no other process has locked the embedded file. The wait is here and not in SQLite, whose own
 * would hold up everything else this process does. `goOn` is told each pause and ends the wait by answering false; where
 * it has no answer, or is not there, the wait ends after five seconds.
 */
export async function whenUnlocked<Result>(work: () => Result | Promise<Result>, goOn?: GoOn): Promise<Result> {
  const own = untilWaited();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      // Not always the same, so that two who wait do not come at the same moment for ever.
      const pauseMs = shortestMs + Math.random() * (longestMs - shortestMs);
      if (databaseFault(error)?.kind !== 'busy' || !(goOn?.(pauseMs) ?? own(pauseMs))) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Goes on until the pauses come to the longest wait. */
function untilWaited(): (pauseMs: number) => boolean {
  let waitedMs = 0;
  return (pauseMs) => {
    waitedMs += pauseMs;
    return waitedMs < lockWaitMs;
  };
}
