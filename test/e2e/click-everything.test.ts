import { expect, it } from 'vitest';
import { clickEverything } from '../harness/click-everything.ts';

it.concurrent.each(['administrator', 'technician', 'auditor'] as const)(
  'every screen and control works for the role %s: no error, no failed request',
  async (role) => {
    expect(await clickEverything(role, 'name')).toEqual([]);
  },
  600_000,
);
