import { foldText } from '../../domain/fold.ts';
import { type ImportKind, importFields } from '../../domain/import-fields.ts';
import type { FileHead, ImportAnswer, RowFault } from './mapping.ts';
import type { PreviewRow } from './preview-rows.ts';

/** A column of the preview: what of a row stands in its cell, by the fields of the kind. */
export type PreviewColumn = readonly [field: string, ...others: string[]];

/** What is looked at first, from left to right. Who and what has a key stand in one cell, as do an amount and its currency. */
const first: readonly PreviewColumn[] = [
  ['name'],
  ['productName'],
  ['customer'],
  ['licenseKey'],
  ['keyType'],
  ['end'],
  ['validityEnd'],
  ['quantity'],
  ['seats'],
  ['equipment', 'userName'],
  ['cost', 'currency'],
];
/** What only adds to others, or is too long for a cell. */
const never = ['remarks', 'termsOfUse', 'productId', 'customerId', 'licenseId', 'keyId', 'equipmentId'];
const enough = 6;

/** What the records of a list of software call otherwise than its columns do. */
const otherNames: Partial<Record<ImportKind, Record<string, string>>> = {
  software: { validityStart: 'start', validityEnd: 'end', seats: 'quantity' },
};

/** The field of a file that a field of a record is. */
export function fileField(field: string, kind: ImportKind): string {
  return otherNames[kind]?.[field] ?? (field === 'product' ? 'productName' : field);
}

/** The columns that any of the rows has something in. */
export function previewColumns(kind: ImportKind, rows: readonly PreviewRow[]): PreviewColumn[] {
  const said = new Set(rows.flatMap((row) => [...fieldsIn(row, kind)]));
  const known = first.flat();
  const others = Object.keys(importFields[kind]).filter((field) => !known.includes(field) && !never.includes(field));
  const wanted = first.filter((column) => column.some((field) => said.has(field)));
  // What comes after those fills a table that would be narrow.
  const rest = others.filter((field) => said.has(field)).slice(0, Math.max(0, enough - wanted.length));
  return [...wanted, ...rest.map((field): PreviewColumn => [field])].map((column): PreviewColumn => {
    const [one = column[0], ...more] = column.filter((field) => said.has(field));
    return [one, ...more];
  });
}

function fieldsIn({ becomes = {}, changes }: PreviewRow, kind: ImportKind): Set<string> {
  return new Set([...Object.keys(becomes), ...changes.map(({ field }) => fileField(field, kind))]);
}

/** The field that a fault is about: the one that its column gives, or the one that it names where none gives it. */
export function faultyField(
  { column, params }: RowFault,
  kind: ImportKind,
  mapping: ImportAnswer['mapping'] = {},
  head?: FileHead,
): string | undefined {
  if (column === null)
    return params?.field === undefined ? undefined : fileField(String(params.field).replace(/Id$/, ''), kind);
  const name = /^\d+$/.test(column) ? head?.names[Number(column) - 1] : undefined;
  return mapping[column] ?? (name === undefined ? undefined : mapping[name]) ?? undefined;
}

type Made = NonNullable<ImportAnswer['alsoCreates']>;
const madeBy: Record<string, Made[number]['kind']> = {
  customer: 'customers',
  productName: 'products',
  equipment: 'equipment',
};

/** Whether what stands in a cell is a record that the import makes. */
export function isMade(made: Made, field: string, value: unknown): boolean {
  const kind = madeBy[field];
  return made.some(
    (record) => record.kind === kind && record.isAllowed && foldText(record.name) === foldText(String(value)),
  );
}
