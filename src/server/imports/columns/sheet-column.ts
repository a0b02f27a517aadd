import { sheetColumn } from '../../../domain/import-fields.ts';
import type { Table } from '../read/read-table.ts';
import { placeOfLine } from '../read/sheet-line.ts';

/** A list of several sheets with one more column: the name of each row's sheet. */
export function withSheetColumn(table: Table): Table {
  const { header, rows, sheetNames } = table;
  return {
    ...table,
    header: [...header, sheetColumn],
    rows: async function* (tell) {
      for await (const { line, cells } of rows(tell)) {
        const name = sheetNames[placeOfLine(line).sheet - 1] ?? '';
        // A row of another length stays so.
        yield { line, cells: cells.length < header.length ? cells : cells.toSpliced(header.length, 0, name) };
      }
    },
  };
}
