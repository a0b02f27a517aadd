import { z } from 'zod';
import { parseJson } from '../../../domain/audit/entry.ts';
import type { Fault } from '../../../domain/errors.ts';

/** The records that an import makes or changes. */
export const undoneRecords = ['key', 'assignment', 'license', 'equipment', 'product', 'customer'] as const;
export type UndoneRecord = (typeof undoneRecords)[number];

/** A record that stays as it is, and the code of why. */
export type LeftRecord = { record: UndoneRecord; id: string; code: string };

/** What an undo has done so far: of what is left, the first thousand. */
export type UndoReport = {
  /** Where the import ended in the log. */
  before: number;
  deleted: Record<UndoneRecord, number>;
  putBack: number;
  left: LeftRecord[];
  leftCount: number;
  /** Why it stopped. */
  cause?: Fault | undefined;
};

const mostLeft = 1000;

export function newReport(before: number): UndoReport {
  const deleted = { key: 0, assignment: 0, license: 0, equipment: 0, product: 0, customer: 0 };
  return { before, deleted, putBack: 0, left: [], leftCount: 0 };
}

const count = z.int().min(0);
const storedReport = z.object({
  seal: z.string(),
  report: z.object({
    before: count,
    deleted: z.record(z.enum(undoneRecords), count),
    putBack: count,
    left: z.array(z.object({ record: z.enum(undoneRecords), id: z.string(), code: z.string() })),
    leftCount: count,
    cause: z
      .object({
        code: z.string(),
        detail: z.string(),
        params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      })
      .optional(),
  }),
});

/** What is stored of an undo that was begun, whoever wrote it; undefined where it is nothing that Keybook writes. */
export function reportOf(stored: string): { seal: string; report: UndoReport } | undefined {
  const read = storedReport.safeParse(parseJson(stored));
  return read.success ? read.data : undefined;
}

export function noteDeleted(report: UndoReport, record: UndoneRecord, count = 1): void {
  report.deleted[record] += count;
}

/** Names a record once, however many entries of it are to be undone. */
export function noteLeft(report: UndoReport, left: LeftRecord): void {
  const isNamed = report.left.some(({ record, id }) => record === left.record && id === left.id);
  if (isNamed) return;
  report.leftCount += 1;
  if (report.left.length < mostLeft) report.left.push(left);
}
