import { expect, it } from 'vitest';
import { clickEverything } from '../harness/click-everything.ts';

const anHour = 3_600_000;

it.each(['administrator', 'technician', 'auditor'] as const)(
  'every control of every screen works, and every one in what it opens, for the role %s',
  async (role) => {
    expect(await clickEverything(role, 'screen')).toEqual([]);
  },
  anHour,
);
