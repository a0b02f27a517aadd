import { setImmediate } from 'node:timers/promises';

/**
 * For work of many parts that wait for nothing, such as statements of SQLite: to be awaited after each part. Others have their
 * turn whenever `after` is done since the last one: so many parts, or so much of what the parts say they cost.
 */
export function othersTurn(after: number): (done?: number) => Promise<void> {
  let since = 0;
  return async (done = 1) => {
    since += done;
    if (since < after) return;
    since = 0;
    await setImmediate();
  };
}
