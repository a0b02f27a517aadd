import { foldText } from '../../domain/fold.ts';

export type AttributeValues = Record<string, string | number | boolean>;

/** The columns by which a record is searched and ordered, the same on both engines because we fold, not a collation. */
export type FoldedColumns = { folded: string; search_f: string };

/**
 * Folds a record's texts by field name; text attributes stand as '@name'. `searched` names the fields that `q` finds;
 * attributes are always found.
 */
export function foldRecord(
  texts: Record<string, string | null | undefined>,
  searched: readonly string[],
  attributes: AttributeValues = {},
): FoldedColumns {
  const folded = new Map<string, string>();
  for (const [field, text] of Object.entries(texts)) if (text) folded.set(field, foldText(text));
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'string') folded.set(`@${name}`, foldText(value));
  const found = [...folded].filter(([field]) => field.startsWith('@') || searched.includes(field));
  return { folded: JSON.stringify(Object.fromEntries(folded)), search_f: found.map(([, text]) => text).join('\n') };
}
