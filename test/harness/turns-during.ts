import { setImmediate } from 'node:timers/promises';

/** How many times others had their turn while this work went on. */
export async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  let turns = 0;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  while (!isDone) {
    await setImmediate();
    turns += 1;
  }
  return turns;
}
