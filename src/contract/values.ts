import { z } from 'zod';
import { isDay } from '../domain/day.ts';
import { cleanText, textFault } from '../domain/fold.ts';
import { longestRemarks } from '../domain/remarks.ts';

/** A calendar day, YYYY-MM-DD. */
export const day = z
  .string()
  .refine(isDay, { message: 'Write a day as YYYY-MM-DD, for example 2026-12-31.', params: { code: 'not_a_day' } })
  .meta({ id: 'Day', format: 'date' });

/** A moment in UTC, ISO 8601. */
export const moment = z.string().meta({ id: 'Moment', format: 'date-time' });

/** An opaque identifier. */
export const id = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'An id has 1 to 64 visible ASCII characters.');
export const idParams = z.strictObject({ id });

type TextOptions = { max?: number; min?: number; multiline?: boolean };

/** A text much longer than its limit is judged by that alone: what composing and trimming cost grows with its length. */
const mostRaw = (max: number): number => 4 * max + 1000;

/** Text as people type it: trimmed, NFC, no control, bidi or invisible characters, at most `max` UTF-16 units. */
export function text({ max = 200, min = 0, multiline = false }: TextOptions = {}) {
  return z
    .string()
    .transform((value) => (value.length > mostRaw(max) ? value : cleanText(value, { multiline })))
    .superRefine((value, issues) => {
      const fault = textFault(value, { max, min, multiline });
      if (fault)
        issues.addIssue({ code: 'custom', message: fault.detail, params: { code: fault.code, ...fault.params } });
    });
}

/** Required text: at least one character after trimming. */
export function name(max = 200) {
  return text({ max, min: 1 });
}

export const remarksText = text({ max: longestRemarks, multiline: true });
export const attributeValues = z.record(z.string(), z.unknown());
export const attributeOutput = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export const version = z.int();
export const reason = name(500);
export const batchIds = z.array(id).min(1).max(1000);

/** The values that the words of a fault name, for words in other languages. */
export const faultParams = z.record(z.string(), z.union([z.string(), z.number()])).optional();

export const warnings = z
  .array(z.object({ code: z.string(), pointer: z.string(), detail: z.string(), params: faultParams }))
  .optional();

/** A record named beside another: enough to show and to link. */
export const reference = z.object({ id, name: z.string() });
