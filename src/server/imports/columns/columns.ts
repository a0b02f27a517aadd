import type { AttributeDefinition } from '../../../domain/attributes.ts';
import { computedFields, type ImportKind, importFields } from '../../../domain/import-fields.ts';
import { readsAsLicenseKey } from '../../../domain/license-key.ts';
import { columnAt } from '../plan/refused.ts';
import { RefusedFile, type RowError } from '../plan/row-error.ts';
import type { DateOrder } from '../read/date-order.ts';
import { fieldNames, namedFields } from './column-names.ts';
import { plainName } from './column-words.ts';

/** What another inventory calls the columns of each kind, and how it writes what could be read two ways. */
export type Profile = {
  /** The order of its dates where they do not show it. */
  dateOrder?: DateOrder;
  /** Plain names of columns, by field, best first; a kind without any goes by our own names. */
  columns: Partial<Record<ImportKind, Readonly<Record<string, readonly string[]>>>>;
  /** Plain names of columns that are left out: what it works out itself, and what changes with every export. */
  ignored: readonly string[];
  /** It writes signs such as & as entities (`&amp;`) in its cells. */
  isEscaped?: boolean | undefined;
  /** The customer a text of its customer column names. */
  customerOf?: ((text: string) => string) | undefined;
};

/**
 * One column that is imported. `shown` is what it is called wherever that is told or kept: its name only where Keybook knows
 * that, or it reads as words, since a file without a header has license keys for names. `rank` is its place among the columns that may give its
 * field: the first with a value does. `labelled`: its text goes to the remarks as "name: text".
 */
export type Column = { index: number; name: string; shown: string; field: string; rank: number; labelled: boolean };

export type ColumnRules = {
  kind: ImportKind;
  profile: Profile | undefined;
  /** Column name → field name, or null to leave the column out. */
  mapping: ReadonlyMap<string, string | null>;
  attributes: readonly AttributeDefinition[];
  /** Where the header stands, which faults of columns name. */
  line?: number;
};

/** Whether a column of that name would have a field, whatever else stands in the header. */
export function knownName(rules: ColumnRules): (name: string) => boolean {
  const known = knownNames([], rules);
  const mapped = new Set([...rules.mapping.keys()].map(plainName));
  return (name) => {
    const plain = plainName(name);
    return plain !== '' && (known.has(plain) || mapped.has(plain));
  };
}

type Target = { field: string; rank: number };
type Known = ReadonlyMap<string, Target | null>;

/**
 * Which column gives which field: what the mapping says, else the names of the profile, else the names of the fields.
 * Refuses a column without a field (outside a profile), two columns for one field, two of one name (a profile takes the
 * first), and a mapping that fits nothing.
 */
export function assignColumns(header: readonly string[], rules: ColumnRules): Column[] {
  const mapped = new Map([...rules.mapping].map(([name, field]) => [plainName(name), field]));
  const known = knownNames(header, rules);
  const errors = [...duplicates(header, rules), ...mappingErrors(header, rules)];
  const columns: Column[] = [];
  for (const [index, name] of header.entries()) {
    if (name === '') continue;
    const target = targetOf(plainName(name), mapped, known);
    if (target === null) continue;
    const isRepeated = columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
    const shown = known.has(plainName(name)) || readsAsWords(name) ? name : columnAt(index);
    if (target !== undefined && !isRepeated) columns.push({ index, name, shown, ...target, labelled: false });
    else if (isRepeated && !rules.profile) continue;
    else if (!rules.profile || soundsSecret(name)) errors.push(unknownColumn(index, rules));
    else if ('remarks' in importFields[rules.kind])
      columns.push({ index, name, shown, field: 'remarks', rank: 0, labelled: true });
  }
  errors.push(...twice(columns, mapped, rules.line));
  if (errors.length > 0) throw new RefusedFile(errors);
  return severalRemarks(columns, known);
}

/** Whether a text can hardly be anything but what a column is called: it has no digit, and small letters or blanks. */
function readsAsWords(name: string): boolean {
  return /[\p{Ll} ]/u.test(name) && !/\p{N}/u.test(name) && !readsAsLicenseKey(name);
}

function targetOf(name: string, mapped: ReadonlyMap<string, string | null>, known: Known): Target | null | undefined {
  const field = mapped.get(name);
  if (field === undefined) return known.get(name);
  return field === null ? null : { field, rank: 0 };
}

function knownNames(header: readonly string[], { kind, profile, mapping, attributes }: ColumnRules): Known {
  const own = profile?.columns[kind];
  const mapped = new Set(mapping.values());
  const names = new Map<string, Target | null>();
  for (const [field, list] of Object.entries(own ?? {}))
    for (const [rank, name] of list.entries()) if (!names.has(name)) names.set(name, { field, rank });
  for (const [name, field] of fieldNames({ kind, header, mapped, attributes })) {
    const isWanted = own === undefined || field.startsWith('attributes.');
    if (isWanted && !names.has(name)) names.set(name, { field, rank: 0 });
  }
  for (const name of profile?.ignored ?? []) if (!names.has(name)) names.set(name, null);
  return names;
}

/** Outside a profile nobody can tell which of two columns of one name is meant. */
function duplicates(header: readonly string[], { profile, line = 1 }: ColumnRules): RowError[] {
  const seen = new Map<string, number>();
  return header.flatMap((name, i): RowError[] => {
    const first = seen.get(name.toLowerCase());
    if (name === '' || profile) return [];
    if (first === undefined) {
      seen.set(name.toLowerCase(), i);
      return [];
    }
    const detail = `Columns ${first + 1} and ${i + 1} have the same name. Rename one.`;
    return [{ line, column: columnAt(i), code: 'duplicate_column', detail }];
  });
}

/** A key in a column of an unknown name must not end up, readable, in the remarks. */
function soundsSecret(name: string): boolean {
  return readsAsLicenseKey(name) || /key|serial|schlussel|seriennummer/.test(plainName(name));
}

function unknownColumn(index: number, { kind, line = 1 }: ColumnRules): RowError {
  const detail = `This column has no field. In the mapping, give it one of ${fieldList(kind)}, or null to leave it out.`;
  return { line, column: columnAt(index), code: 'unknown_column', detail };
}

function fieldList(kind: ImportKind): string {
  return [...namedFields(kind), 'attributes.NAME'].join(', ');
}

/** A mapping may name every field, and what our own files have beside them, so that it can be kept as it came out. */
const otherTargets = ['id', 'version', 'maskedKey'];

function mappingErrors(header: readonly string[], { kind, mapping, attributes, line = 1 }: ColumnRules): RowError[] {
  const present = new Set(header.map(plainName));
  const own = attributes.map((definition) => `attributes.${definition.name}`);
  const computed = computedFields[kind].map((field) => `computed.${field}`);
  const fields = new Set([...namedFields(kind), ...otherTargets, ...computed, ...own]);
  return [...mapping].flatMap(([name, field], i): RowError[] => {
    const at = { line, column: null };
    if (!present.has(plainName(name)))
      return [{ ...at, code: 'mapping', detail: `Entry ${i + 1} of the mapping names a column the file has not.` }];
    if (field === null || fields.has(field)) return [];
    const detail = `Entry ${i + 1} of the mapping names no field. Give one of ${fieldList(kind)}, or null.`;
    return [{ ...at, code: 'mapping', detail }];
  });
}

/** Several columns may share a field only in a profile that ranks them, and the remarks. */
function twice(columns: readonly Column[], mapped: ReadonlyMap<string, unknown>, line = 1): RowError[] {
  return columns.flatMap((column, i): RowError[] => {
    if (column.field === 'remarks') return [];
    const rival = columns.slice(0, i).find((other) => other.field === column.field);
    const isMapped = [rival, column].some((either) => either && mapped.has(plainName(either.name)));
    if (!rival || (rival.rank !== column.rank && !isMapped)) return [];
    const detail = `Columns ${rival.index + 1} and ${column.index + 1} both give ${column.field}. Map one of them to null.`;
    return [{ line, column: columnAt(column.index), code: 'field_twice', detail }];
  });
}

/** Where several columns go to the remarks, each says what it is, but for the one that is called remarks. */
function severalRemarks(columns: Column[], known: Known): Column[] {
  const remarks = columns.filter((column) => column.field === 'remarks');
  const plain = remarks.find(({ name }) => known.get(plainName(name))?.field === 'remarks');
  if (remarks.length < 2) return columns;
  return columns.map((column) =>
    column.field === 'remarks' ? { ...column, labelled: column.labelled || column !== plain } : column,
  );
}
