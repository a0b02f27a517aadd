import { expect, it } from 'vitest';
import { clickEverything } from '../harness/click-everything.ts';

it.each(['administrator', 'technician', 'auditor'] as const)(
  'every control works for the role %s',
  async (role) => {
    expect(await clickEverything(role, 'role')).toEqual([]);
  },
  600_000,
);
