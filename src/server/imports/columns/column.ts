import type { AttributeDefinition } from '../../../domain/attributes.ts';
import type { Fault } from '../../../domain/errors.ts';
import { type ImportKind, importFields } from '../../../domain/import-fields.ts';
import type { RowError } from '../plan/row-error.ts';
import { holdsKey } from '../plan/whole-key.ts';
import type { DateOrder } from '../read/date-order.ts';
import { namedFields } from './column-names.ts';
import type { Sample } from './sample.ts';

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
 * One column that is imported. `name` is what the remarks call it. `shown` is what it is called wherever that is told or kept: its name only where Keybook knows
 * that, or it reads as words, since a file without a header has license keys for names. `rank` is its place among the columns that may give its
 * field: the first with a value does. `labelled`: its text goes to the remarks as "name: text". `parts`: the columns that
 * hold the rest of its license key, or of its person's name.
 */
export type Column = {
  index: number;
  name: string;
  shown: string;
  field: string;
  rank: number;
  labelled: boolean;
  parts?: readonly number[];
  /** Nobody has said anything of it but of all others. */
  isOther?: boolean;
};

/** How the columns of a file are read, and what is told of that. */
export type Assigned = {
  columns: Column[];
  /** The places of those of which nothing is taken. */
  leftOut: number[];
  told: RowError[];
};

export type ColumnRules = {
  kind: ImportKind;
  profile: Profile | undefined;
  /** Column name → field name, or null to leave the column out. */
  mapping: ReadonlyMap<string, string | null>;
  attributes: readonly AttributeDefinition[];
  /** The first rows, by whose cells columns are judged. */
  sample?: Sample;
  /** Where the header stands, which faults of columns name. */
  line?: number;
  /** Somebody has said whose all is that names no customer. */
  isOwned?: boolean;
};

export type Target = { field: string; rank: number };

/** A column on its way to a field: null where it is left out, undefined where nobody has said what it is. */
export type Place = {
  index: number;
  name: string;
  target: Target | null | undefined;
  /** The mapping says so. */
  isAsked: boolean;
  parts?: readonly number[];
};

/** What is said of a column: that the file is refused for it, or only that it was read otherwise than it is called. */
export type Report = {
  refuse: (place: Pick<Place, 'index' | 'name'>, fault: Fault) => void;
  tell: (place: Pick<Place, 'index' | 'name'>, fault: Fault) => void;
};

/** What to do with a column that has no field. */
export function howToMap(kind: ImportKind): string {
  return `In the mapping, give it one of ${fieldList(kind)}, or null to leave it out.`;
}

/** The names of the fields of a kind. */
export function fieldList(kind: ImportKind): string {
  return [...namedFields(kind), 'attributes.NAME'].join(', ');
}

/** Whether rows of a kind have license keys. */
export function takesKeys({ kind }: ColumnRules): boolean {
  return 'licenseKey' in importFields[kind];
}

/** A name that is a license key itself shows that the file has no header. */
export function mayHoldKeys({ name, target, isAsked }: Place): boolean {
  if (isAsked || target === null || holdsKey(name)) return false;
  return (
    target === undefined || !/^(?:licenseKey|formerKey|maskedKey)$|Id$|^(?:attributes|computed)\./.test(target.field)
  );
}
