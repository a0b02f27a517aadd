import { expect, it } from 'vitest';
import { madeOnce } from '../../src/server/http/made-once.ts';

it('S1: what could not be made once is made the next time it is asked for, and then no more', async () => {
  let tries = 0;
  const made = madeOnce(async () => {
    tries += 1;
    if (tries === 1) throw new Error('too many open files');
    return `made by try ${tries}`;
  });
  const together = await Promise.allSettled([made(), made()]);
  expect([together.map(({ status }) => status), tries]).toEqual([['rejected', 'rejected'], 1]);
  expect([await made(), await made(), tries]).toEqual(['made by try 2', 'made by try 2', 2]);
});
