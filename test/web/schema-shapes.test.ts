import { expect, it } from 'vitest';
import * as zod from 'zod';
import { z as shapes } from '../../src/web/api/schema-shapes.ts';

/** A contract as ours are written, by either library. */
function contractBy(z: typeof zod.z) {
  const day = z.string().regex(/^\d+$/).meta({ format: 'date' }).describe('A day');
  const base = z.strictObject({ name: z.string().min(1).max(9).optional().describe('What it is called'), day });
  return base.extend({
    seats: z.coerce.number().int().min(0).nullish().describe('How many'),
    kind: z.enum(['a', 'b']),
  });
}

it('K13, D: the browser finds the same help for a field without the library that judges', () => {
  // What stands in for the library has its names, not its types.
  const [full, small] = [contractBy(zod.z), contractBy(shapes as unknown as typeof zod.z)];
  const helpOf = ({ shape }: { shape: Record<string, { description?: string | undefined }> }) =>
    Object.entries(shape).map(([field, { description }]) => [field, description]);
  expect(helpOf(small)).toEqual(helpOf(full));
  expect(helpOf(small)).toContainEqual(['seats', 'How many']);
  expect(small.safeParse({ anything: 1 })).toEqual({ success: true, data: { anything: 1 } });
});
