import { expect, it } from 'vitest';
import { clickEverything } from '../harness/click-everything.ts';

const anHour = 3_600_000;

it.concurrent.each(['administrator', 'technician', 'auditor'] as const)(
  'every screen and control works for the role %s: no error, no failed request',
  async (role) => {
    expect(await clickEverything(role)).toEqual([]);
  },
  anHour,
);
