import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { askDoor, openDoor } from './door.ts';

/** What a run might have once, and what was done with it. */
function standIn(fault?: Error) {
  const done = { starts: 0, stops: 0 };
  const start = async () => {
    done.starts += 1;
    if (fault) throw fault;
    return {
      address: `server-${done.starts}`,
      stop: async () => {
        done.stops += 1;
      },
    };
  };
  return { done, start };
}

test('harness: PostgreSQL is started by the first who asks, once, however many ask, and ended with the run', async () => {
  const { done, start } = standIn();
  const door = await openDoor(start);
  expect(done.starts).toBe(0);
  const urls = await Promise.all(Array.from({ length: 20 }, () => askDoor(door.path)));
  expect(new Set([...urls, await askDoor(door.path)])).toEqual(new Set(['server-1']));
  await door.close();
  expect(done).toEqual({ starts: 1, stops: 1 });
  expect(existsSync(door.path)).toBe(false);
});

test('harness: where nobody asks, nothing is started', async () => {
  const { done, start } = standIn();
  const door = await openDoor(start);
  await door.close();
  expect(done).toEqual({ starts: 0, stops: 0 });
});

test('harness: why it did not start is said to everybody who asks', async () => {
  const { done, start } = standIn(new Error('initdb failed'));
  const door = await openDoor(start);
  for (let ask = 0; ask < 2; ask += 1) await expect(askDoor(door.path)).rejects.toThrow('initdb failed');
  await door.close();
  expect(done).toEqual({ starts: 1, stops: 0 });
});

test('harness: two runs have a door each', async () => {
  const [one, other] = [await openDoor(standIn().start), await openDoor(standIn().start)];
  expect(one.path).not.toBe(other.path);
  await Promise.all([one, other].map(({ close }) => close()));
});
