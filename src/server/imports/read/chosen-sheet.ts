import { refused } from '../plan/refused.ts';
import { holdsKey } from '../plan/whole-key.ts';
import { headerAmong, headerWithin, type IsKnown, knownIn } from './find-header.ts';
import type { SheetRead, TableRow } from './read-table.ts';
import type { Sheet } from './read-xlsx.ts';

/** Rows that are counted of a sheet that is not read; of one with more it is told that there are so many. */
const countedRows = 1000;

/** More are made to be many, and each is looked at. */
const mostSheets = 100;
/** As long as a spreadsheet program lets them be, and some more. */
const longestName = 60;

/** A sheet with a value: what it is called, its first rows, and how many it has. */
export type LookedSheet = Sheet & { shown: string; first: TableRow[]; count: number };

/**
 * The sheet that is read: the one that was asked for, by its name or its number; else the first that has a header with
 * names we know, else the first with a value. Refuses (`RefusedFile`) a name that no sheet has.
 */
export function chosenSheet(
  looked: readonly LookedSheet[],
  { isKnown, sheet: asked }: { isKnown: IsKnown; sheet?: string | undefined },
): { rows: Sheet['rows']; sheets: SheetRead[] } {
  const chosen = asked === undefined ? likeliest(looked, isKnown) : sheetCalled(looked, asked);
  if (!chosen) {
    const names = looked.map(({ shown }) => `"${shown}"`).join(', ');
    throw refused(1, 'no_such_sheet', `The workbook has no such sheet. Give one of ${names}.`);
  }
  const told = looked.map((sheet) => ({ name: sheet.shown, rows: sheet.count, isRead: sheet === chosen }));
  return { rows: chosen.rows, sheets: told };
}

/** The sheets that have a value. Refuses (`RefusedFile`) a workbook without any, and one with very many. */
export async function lookedAt(sheets: readonly Sheet[]): Promise<LookedSheet[]> {
  if (sheets.length > mostSheets)
    throw refused(
      1,
      'too_many_sheets',
      `A workbook may have ${mostSheets} sheets. Save the one you need as a file of its own.`,
    );
  const looked: LookedSheet[] = [];
  for (const sheet of sheets) {
    const first: TableRow[] = [];
    let count = 0;
    for await (const row of sheet.glance()) {
      if (first.length < headerWithin) first.push(row);
      count += 1;
      // Of the only one, only the beginning is asked.
      if (count === (sheets.length === 1 ? headerWithin : countedRows)) break;
    }
    if (count > 0) looked.push({ ...sheet, shown: shownName(sheet.name, looked.length + 1), first, count });
  }
  if (looked.length === 0) throw refused(1, 'empty', 'The workbook has no sheet with a value.');
  return looked;
}

/** What a sheet is called wherever that is told: a name may hold a license key as any cell may. */
function shownName(name: string, number: number): string {
  return holdsKey(name) || name.length > longestName ? `Sheet ${number}` : name;
}

function likeliest(sheets: readonly LookedSheet[], isKnown: IsKnown): LookedSheet | undefined {
  const hasHeader = ({ first }: LookedSheet): boolean => {
    const header = headerAmong(first, isKnown);
    return header !== undefined && knownIn(header, isKnown) >= 2;
  };
  return sheets.find(hasHeader) ?? sheets[0];
}

function sheetCalled(sheets: readonly LookedSheet[], asked: string): LookedSheet | undefined {
  return sheets.find(({ name, shown }) => name === asked || shown === asked) ?? sheets[Number(asked) - 1];
}
