import { type AttributeDefinition, attributeLabel, recordTypes } from '../../domain/attributes.ts';
import { invalid } from '../../domain/errors.ts';
import { type LabelledField, type LabelledRecord, labelOf, titleOf } from '../../domain/labels.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import { definitionsFor } from '../attributes/attribute-queries.ts';
import type { ReadCtx } from '../context.ts';
import type { ItemOf, ListName } from '../list/sources.ts';
import { type Cell, exportColumns } from './columns.ts';

/** One column of a file: its field, what stands at its head, and its cell of an item. */
export type SheetColumn<Item> = { field: string; header: string; cell: (item: Item) => Cell };

/** A list as a file shows it. */
export type Sheet<Item> = { title: string; words: Vocabulary; columns: SheetColumn<Item>[] };

type Choice<Item> = {
  /** The fields asked for, by comma; a refusal names them at `pointer`. */
  fields: string | undefined;
  pointer: string;
  /** Columns that stand before them, whatever was asked for. */
  always?: SheetColumn<Item>[];
};

/**
 * The columns of a list's file: what names the record first, then the fields asked for in that order, or all but those
 * that are there only on request. Refuses an unknown field.
 */
export async function sheetOf<Name extends ListName, Item extends ItemOf[Name] = ItemOf[Name]>(
  ctx: ReadCtx,
  name: Name,
  words: Vocabulary,
  { fields, pointer, always = [] }: Choice<Item>,
): Promise<Sheet<Item>> {
  const { record, identity, shown, onRequest } = exportColumns[name];
  const first: SheetColumn<Item>[] = [...columnsFrom(identity, record, words), ...always];
  const usual: SheetColumn<Item>[] = [
    ...columnsFrom(shown, record, words),
    ...(await attributeColumns<Item>(ctx, record, words)),
  ];
  const all = [...usual, ...columnsFrom(onRequest, record, words)];
  const chosen = fields === undefined ? usual : chosenColumns(fields, first, all, pointer);
  return { title: titleOf(record, words), words, columns: withDistinctHeaders([...first, ...chosen]) };
}

type Readers<Item> = { readonly [Field in LabelledField]?: (item: Item, words: Vocabulary) => Cell };

function columnsFrom<Item>(readers: Readers<Item>, record: LabelledRecord, words: Vocabulary): SheetColumn<Item>[] {
  // The table has no other members than labelled fields.
  const entries = Object.entries(readers) as [LabelledField, (item: Item, words: Vocabulary) => Cell][];
  return entries.map(([field, read]) => ({
    field,
    header: labelOf(field, record, words),
    cell: (item) => read(item, words),
  }));
}

/** Archived ones included: records may have values. */
async function attributeColumns<Item>(
  ctx: ReadCtx,
  record: LabelledRecord,
  words: Vocabulary,
): Promise<SheetColumn<Item>[]> {
  const recordType = recordTypes.find((type) => type === record);
  if (!recordType) return [];
  const definitions = await definitionsFor(ctx.db, recordType);
  return definitions.map((definition) => ({
    field: `attributes.${definition.name}`,
    header: attributeLabel(definition, words.language),
    cell: (item) => attributeOf(item, definition),
  }));
}

function attributeOf(item: unknown, { name }: AttributeDefinition): Cell {
  // Items of lists with attributes have them by name.
  const { attributes } = item as { attributes: Record<string, string | number | boolean> };
  return Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null;
}

function chosenColumns<Item>(
  fields: string,
  first: SheetColumn<Item>[],
  all: SheetColumn<Item>[],
  pointer: string,
): SheetColumn<Item>[] {
  const names = [...new Set(fields.split(',').map((field) => field.trim()))].filter(Boolean);
  const known = new Map([...first, ...all].map((column) => [column.field, column]));
  const columns = names.map((field) => known.get(field));
  if (names.length === 0 || columns.some((column) => column === undefined)) {
    const detail = `This file can have the columns ${all.map(({ field }) => field).join(', ')}.`;
    throw invalid({ pointer, code: 'unknown_field', detail });
  }
  return columns.flatMap((column) => (column && !first.includes(column) ? column : []));
}

/** An attribute may be called like a field: then its header says which it is. */
function withDistinctHeaders<Item>(columns: SheetColumn<Item>[]): SheetColumn<Item>[] {
  const seen = new Set<string>();
  return columns.map((column) => {
    const isTaken = seen.has(column.header.toLowerCase());
    const header = isTaken ? `${column.header} (${column.field})` : column.header;
    seen.add(header.toLowerCase());
    return { ...column, header };
  });
}
