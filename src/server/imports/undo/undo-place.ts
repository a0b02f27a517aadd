import type { App } from '../../context.ts';
import { reportOf, type UndoReport } from './undo-report.ts';

/** How far an undo is: in which pass through the entries, before which entry, and what it has done. */
export type UndoPlace = { pass: 1 | 2; next: number; report: UndoReport };

/** The same as its import's row has it. */
type StoredPlace = { undo_pass: number; undo_next: number | null; undo_report: string };

/** Sealed for this import: what an undo has done comes to stand in the log. */
export function storedPlace(app: App, id: string, place: UndoPlace): StoredPlace {
  const stored = JSON.stringify({ seal: sealOf(app, id, place), report: place.report });
  return { undo_pass: place.pass, undo_next: place.next, undo_report: stored };
}

/** How far an undo is; undefined where none was begun, and where the row is not what Keybook wrote: then it begins anew. */
export function placeOfUndo(app: App, id: string, row: StoredPlace): UndoPlace | undefined {
  const { undo_pass: pass, undo_next: next, undo_report: stored } = row;
  const read = reportOf(stored);
  if (!read || next === null || (pass !== 1 && pass !== 2)) return undefined;
  const place: UndoPlace = { pass, next, report: read.report };
  return read.seal === sealOf(app, id, place) ? place : undefined;
}

function sealOf({ vault }: App, id: string, { pass, next, report }: UndoPlace): string {
  const { before, deleted, putBack, left, leftCount, cause } = report;
  const all = JSON.stringify([before, Object.entries(deleted).toSorted(), putBack, left, leftCount, cause ?? null]);
  return vault.sealRow('import_undo', [id, pass, next, all]);
}
