import { z } from 'zod';
import { faultParams } from './values.ts';

/** The body of every refusal, RFC 9457 with our code, request id and the fields at fault. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string(), params: faultParams }))
      .optional(),
    moreErrors: z.int().optional().describe('How many faults there are beyond those listed'),
    holder: z
      .object({
        equipmentId: z.string().optional(),
        equipment: z.string().optional(),
        userName: z.string().optional(),
        since: z.string().optional(),
      })
      .optional(),
    nextFree: z.object({ id: z.string(), maskedKey: z.string() }).nullable().optional(),
    existing: z.object({ type: z.string(), id: z.string() }).optional(),
    heldBy: z.array(z.object({ type: z.string(), id: z.string(), name: z.string() })).optional(),
    current: z.unknown().optional(),
    limit: z.object({ name: z.string(), most: z.int(), minutes: z.int(), until: z.string() }).optional(),
  })
  .meta({ id: 'Problem' });
