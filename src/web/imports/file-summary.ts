import { faultWords } from '../ui/refusal-words.ts';
import type { Words } from '../words/use-words.ts';
import { columnTitle, type ImportAnswer, type RowFault } from './mapping.ts';

/** What is told of what stands in a file and comes in nowhere, by what it is. */
const leftOutCodes: Record<string, 'totals' | 'notes' | 'sheets' | 'cells'> = {
  total: 'totals',
  note: 'notes',
  other_sheet: 'sheets',
  unlike_sheet: 'sheets',
  no_key: 'cells',
  former_key: 'cells',
  no_serial_number: 'cells',
  no_number: 'cells',
  no_value: 'cells',
};

/** How much was passed over, in a few words of each kind. */
export function passedOver(answer: ImportAnswer, { t, number }: Words): string[] {
  const counts = { titles: 0, totals: 0, notes: 0, sheets: 0, cells: 0, columns: columnsLeftOut(answer).length };
  for (const { code, params } of answer.warnings) {
    const what = leftOutCodes[code];
    if (what) counts[what] += 1;
    else if (code === 'above_header') counts.titles += Number(params?.rows ?? 1);
  }
  return Object.entries(counts).flatMap(([what, count]) =>
    count > 0 ? [t(`imports.summary.count.${what}`, { count, number: number(count) })] : [],
  );
}

/** Each thing that was left out: where it stands, and why. */
export function leftOutOf(answer: ImportAnswer, words: Words): { place: string; why: string }[] {
  const { t } = words;
  const columns = columnsLeftOut(answer).map((name) => ({
    place: t('imports.preview.column', { column: columnTitle(name, words) }),
    why: t('imports.summary.noField'),
  }));
  const told = answer.warnings.filter(({ code }) => code in leftOutCodes || code === 'above_header');
  return [...columns, ...told.map((fault) => ({ place: placeWords(fault, words), why: faultWords(fault, words) }))];
}

/** Where a fault stands; a sheet that is not read is named by its sentence. */
function placeWords({ line, sheet, column, code }: RowFault, words: Words): string {
  if (leftOutCodes[code] === 'sheets') return '';
  const { t, number } = words;
  const row =
    sheet === undefined
      ? `${t('imports.preview.line')} ${number(line)}`
      : t('imports.preview.sheetLine', { sheet, line: number(line) });
  if (column === null) return row;
  return `${row}, ${t('imports.preview.column', { column: columnTitle(column, words) })}`;
}

/** In a file of our own such a column is compared with what Keybook works out. */
function columnsLeftOut({ mapping = {} }: ImportAnswer): string[] {
  const entries = Object.entries(mapping);
  if (entries.some(([, field]) => field === 'id')) return [];
  return entries.flatMap(([name, field]) => (field === null ? [name] : []));
}

/** How many columns give fields, and which stand under Other. */
export function keptColumns({ mapping }: ImportAnswer, words: Words): string {
  if (!mapping) return '–';
  const { t, number } = words;
  const entries = Object.entries(mapping);
  const others = entries.flatMap(([name, field]) => (field === 'remarks' ? [columnTitle(name, words)] : []));
  const known = entries.filter(([, field]) => field !== null).length;
  const said = t('imports.mapping.known', {
    known: number(known),
    count: entries.length,
    all: number(entries.length),
  });
  return others.length === 0 ? said : `${said} ${t('imports.summary.others', { names: others.join(', ') })}`;
}

/** Of which fields a blank cell says something, by the kinds of files. */
const meaningOfBlank: readonly [field: string, kinds: readonly ImportAnswer['kind'][]][] = [
  ['keyType', ['software', 'keys']],
  ['customer', ['software', 'keys', 'licenses', 'equipment']],
  ['quantity', ['software', 'licenses']],
  ['seats', ['keys']],
];

/** What blank cells of some fields mean, with how many there are. */
export function saidOfBlanks({ kind, blanks = {} }: ImportAnswer, { t, number }: Words): string[] {
  return meaningOfBlank.flatMap(([field, kinds]) => {
    const count = blanks[field] ?? 0;
    return count > 0 && kinds.includes(kind)
      ? [t(`imports.summary.blankIn.${field}`, { count, number: number(count) })]
      : [];
  });
}
