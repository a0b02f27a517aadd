import type { ImportKind, ImportProfile } from '../../domain/import-fields.ts';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';
/** What may become of rows that say otherwise than their records. */
export const onDifferents = ['refuse', 'update', 'leave'] as const;

/** Asks for all sheets that are alike. */
export const allSheets = '*';

/** What is said of a file besides its columns. */
export type About = {
  profile: ImportProfile | '';
  customer: { id: string; name: string } | null;
  productName: string;
  dates: DateOrder | '';
  /** The name of a workbook's sheet, or `*` for all that are alike, where one was chosen. */
  sheet: string;
  /** The line of the header, where one was given. */
  headerRow: number | '';
  onDifferent: (typeof onDifferents)[number] | '';
};

export const nothingSaid: About = {
  profile: '',
  customer: null,
  productName: '',
  dates: '',
  sheet: '',
  headerRow: '',
  onDifferent: '',
};

/** What becomes of single rows that differ, by their places. */
export type RowAnswers = Readonly<Record<string, (typeof onDifferents)[number]>>;

/** What a row is called there: its line, behind the number of its sheet where several are one list. */
export function rowMark(
  { line, sheet }: { line: number; sheet?: string | undefined },
  sheets: readonly { name: string }[] = [],
): string {
  return sheet === undefined ? String(line) : `${sheets.findIndex(({ name }) => name === sheet) + 1}!${line}`;
}

type Columns = {
  kind: ImportKind | undefined;
  mapping: string | undefined;
  create: string | undefined;
  rowAnswers: RowAnswers;
};

/** What was said of a file and its columns, as it is sent. */
export function said(about: About, { kind, mapping, create, rowAnswers }: Columns) {
  const { profile, dates, customer, productName, sheet, headerRow } = about;
  const rows = Object.entries(rowAnswers).map(([mark, answer]) => `${answer}:${mark}`);
  const onDifferent = [about.onDifferent, ...rows].filter(Boolean).join();
  return {
    ...(kind && { kind }),
    ...(mapping !== undefined && { mapping }),
    ...(create !== undefined && { create }),
    ...(profile && { profile }),
    ...(dates && { dates }),
    ...(sheet && { sheet }),
    ...(headerRow !== '' && { headerRow: String(headerRow) }),
    ...(onDifferent && { onDifferent }),
    ...(customer && { customerId: customer.id }),
    ...(productName.trim() !== '' && { productName: productName.trim() }),
  };
}
