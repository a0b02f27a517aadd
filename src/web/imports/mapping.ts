import type { OutputOf } from '../../contract/endpoint.ts';
import type { startImport } from '../../contract/imports.ts';
import { type AttributeDefinition, attributeLabel } from '../../domain/attributes.ts';
import { headingColumn, type ImportKind, importFields, recordOf, sheetColumn } from '../../domain/import-fields.ts';
import { isLabelled } from '../../domain/labels.ts';
import type { Words } from '../words/use-words.ts';

export type ImportAnswer = OutputOf<typeof startImport>;
export type RowFault = ImportAnswer['errors'][number];
/** How the table of a file begins, as the server shows it. */
export type FileHead = NonNullable<ImportAnswer['head']>;

/** Column name → field name, or null for a column that is left out. */
export type Mapping = Record<string, string | null>;

/** What stands for a column that is left out, where null means that nothing is chosen. */
export const leftOut = '-';

const ownFields = ['id', 'version', 'maskedKey'];

/** The fields of a kind that a column may be given. */
export function fieldsOf(kind: ImportKind, attributes: readonly AttributeDefinition[]): string[] {
  const named = Object.entries(importFields[kind]).flatMap(([field, type]) => (type === 'sign' ? [] : [field]));
  return [...named, ...attributes.map(({ name }) => `attributes.${name}`), ...ownFields];
}

/** What a field of a file is called. */
export function fieldWords(
  field: string,
  kind: ImportKind,
  { t, label, language, vocabulary }: Words,
  attributes: readonly AttributeDefinition[] = [],
): string {
  const name = /^attributes\.(.+)$/.exec(field)?.[1];
  if (name !== undefined) {
    const attribute = attributes.find((definition) => definition.name === name);
    return attribute ? attributeLabel(attribute, language) : name;
  }
  const plain = field === 'productName' ? 'product' : field;
  return isLabelled(plain, vocabulary) ? label(recordOf[kind], plain) : t(`imports.field.${plain}`);
}

/** What a column is called on screen: its own name, but for the one that is none of the file; by its place where it has none. */
export function columnTitle(name: string, { t }: Pick<Words, 't'>, head?: FileHead): string {
  if (name === headingColumn) return t('imports.headingColumn');
  if (name === sheetColumn) return t('imports.sheetColumn');
  const place = head?.names.indexOf(name) ?? -1;
  const own = head?.header[place] ?? '';
  return own === '' || own === name ? name : `${own} (${name})`;
}

/** What a mapping calls the columns that have a name, a field or a choice; those that the server asks about first. */
export function columnNames(answer: ImportAnswer | undefined, choices: Mapping, asks: readonly string[]): string[] {
  const { head, mapping = {} } = answer ?? {};
  const named = head?.names.filter((_, index) => head.header[index] !== '') ?? [];
  const names = [...asks, ...named, ...Object.keys(mapping), ...Object.keys(choices)];
  return [...new Set(names)].filter((name) => name !== '' && name !== allOthers);
}

/** What stands in a mapping for all columns that it does not name. */
export const allOthers = '*';

/** Whether a fault asks which field a column has; it names the column by its number. */
export function asksForField({ code }: { code: string }): boolean {
  return ['unknown_column', 'looks_like_keys', 'passwords', 'customer_gaps'].includes(code);
}

/**
 * The mapping to send: what was chosen, above what the server told. Without a choice none is sent, and the server takes
 * the names, or what was chosen the last time. Of its own columns it says null and still compares them.
 */
export function mappingToSend(
  choices: Mapping,
  told: Mapping | undefined,
  known: readonly string[],
  profile: string,
): string | undefined {
  if (Object.keys(choices).length === 0) return undefined;
  const entries = Object.entries(told ?? {});
  const isOurs = entries.some(([, field]) => field === 'id');
  const kept = entries.filter(([, field]) => {
    if (field === null) return !isOurs && profile === '';
    const isShared = entries.filter((entry) => entry[1] === field).length > 1;
    return known.includes(field) && (profile === '' || (!isShared && field !== 'remarks'));
  });
  return JSON.stringify({ ...Object.fromEntries(kept), ...choices });
}
