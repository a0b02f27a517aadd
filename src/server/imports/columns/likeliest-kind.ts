import { greatest } from '../../../domain/append.ts';
import { type ImportKind, importKinds } from '../../../domain/import-fields.ts';
import type { ColumnRules } from './column.ts';
import { plainName } from './column-words.ts';
import { knownName } from './columns.ts';

/** The kind that has a field for most of a header's columns; of two as good, a list of software before all others. */
export function likeliestKind(
  header: readonly string[],
  kinds: readonly ImportKind[],
  rulesOf: (kind: ImportKind) => ColumnRules,
): ImportKind {
  const names = [...new Set(header.map(plainName))].filter(Boolean);
  const counted = kinds.map((kind) => {
    const isKnown = knownName(rulesOf(kind), header);
    return { kind, count: names.filter(isKnown).length };
  });
  const most = greatest(counted.map(({ count }) => count));
  return importKinds.find((kind) => counted.some((one) => one.kind === kind && one.count === most)) ?? 'software';
}
