import { expect, it } from 'vitest';
import { clickEverything } from '../harness/click-everything.ts';

// Every screen as every role; a control of the same name once. What clicks open is gone into by the same in test/soak.
it.each(['administrator', 'technician', 'auditor'] as const)(
  'every control works for the role %s',
  async (role) => {
    expect(await clickEverything(role, { once: 'role', depth: 0 })).toEqual([]);
  },
  300_000,
);
