import { invalid } from '../../../domain/errors.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import { lineInSheet } from '../read/sheet-line.ts';

/**
 * A row that differs is refused, or changes its record, or leaves it as it is. `details` changes what is written of a record,
 * and leaves which product it is of and whose it is.
 */
type OnDifferent = 'refuse' | 'update' | 'leave' | 'details';

/** What becomes of rows that say otherwise than the record that is there: of all, and of single ones by their lines. */
export type DifferentRows = { usual: OnDifferent; rows: ReadonlyMap<number, OnDifferent> };

const answers = ['refuse', 'update', 'leave'] as const;
const entry = /^(refuse|update|leave)(?::(?:(\d{1,3})!)?(\d{1,7}))?$/;

/** Reads a list such as `refuse,update:11,leave:2!14`, in which `2!14` is line 14 of the second sheet. */
export function readOnDifferent(given: string | undefined, kind: ImportKind): DifferentRows {
  const rows = new Map<number, OnDifferent>();
  let usual: OnDifferent = kind === 'software' ? 'refuse' : 'details';
  for (const said of given?.split(/,/) ?? []) {
    const [, answer, sheet, line] = entry.exec(said.trim()) ?? [];
    const known = answers.find((one) => one === answer);
    if (!known) throw refused();
    if (line === undefined) usual = known;
    else rows.set(sheet === undefined ? Number(line) : lineInSheet(Number(sheet), Number(line)), known);
  }
  return { usual, rows };
}

function refused() {
  const detail = `Give one of ${answers.join(', ')}, or a list that has single rows by their lines as well, such as refuse,update:11.`;
  return invalid({ pointer: '/onDifferent', code: 'invalid', detail });
}

/** What becomes of the row of a line. */
export function onDifferentAt({ usual, rows }: DifferentRows, line: number): OnDifferent {
  return rows.get(line) ?? usual;
}
