import type { OutputOf } from '../../contract/endpoint.ts';
import type { startImport } from '../../contract/imports.ts';
import { type AttributeDefinition, attributeLabel } from '../../domain/attributes.ts';
import { headingColumn, type ImportKind, importFields, recordOf, sheetColumn } from '../../domain/import-fields.ts';
import { isLabelled } from '../../domain/labels.ts';
import type { Words } from '../words/use-words.ts';
import type { FileHead } from './read-head.ts';

export type ImportAnswer = OutputOf<typeof startImport>;
export type RowFault = ImportAnswer['errors'][number];

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

/** What a column is called on screen: its own name, but for the one that is none of the file. */
export function columnTitle(name: string, { t }: Pick<Words, 't'>): string {
  if (name === headingColumn) return t('imports.headingColumn');
  return name === sheetColumn ? t('imports.sheetColumn') : name;
}

/** The names of the columns: as they stand in the file, else as the server tells them; those it asks about first. */
export function columnNames(
  head: FileHead | undefined,
  answer: ImportAnswer | undefined,
  choices: Mapping,
  asks: readonly string[],
): string[] {
  const told = head?.header ?? Object.keys(answer?.mapping ?? {});
  const names = [...asks, ...told, ...Object.keys(choices)];
  return [...new Set(names)].filter((name) => name !== '' && name !== allOthers);
}

/** What stands in a mapping for all columns that it does not name. */
export const allOthers = '*';

/** Whether a fault asks which field a column has; it names the column by its number. */
export function asksForField({ code }: { code: string }): boolean {
  return code === 'unknown_column' || code === 'looks_like_keys' || code === 'customer_gaps';
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
