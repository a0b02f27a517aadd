import { everyLanguage } from '../../../domain/every-language.ts';
import type { Vocabulary } from '../../../domain/vocabulary.ts';
import type { RowError } from '../plan/row-error.ts';
import type { Table } from '../read/read-table.ts';

/** What the last column of a file of rejected rows is called. */
export function reasonsColumn({ imports }: Vocabulary): string {
  return imports.reasons;
}

/** A table without the reasons that a file of rejected rows ends with, when it comes back. */
export function withoutReasons(table: Table): Table {
  const { header, rows } = table;
  const last = header.at(-1);
  if (header.length < 2 || !everyLanguage.some((words) => reasonsColumn(words) === last)) return table;
  const place = header.length - 1;
  return {
    ...table,
    header: header.slice(0, place),
    rows: async function* (tell) {
      for await (const { line, cells } of rows(tell)) yield { line, cells: cells.toSpliced(place, 1) };
    },
  };
}

/** What is wrong with a row, in the reader's language where it has words for it. */
export function reasonsOf(errors: readonly RowError[], words: Vocabulary): string {
  return errors.map((error) => reasonOf(error, words)).join('\n');
}

function reasonOf({ column, code, detail, params = {} }: RowError, words: Vocabulary): string {
  const field = String(params.field ?? '');
  const known = sentenceIn(words, ['faultOf', field], code) ?? sentenceIn(words, ['fault'], code);
  const said = (known ?? sentenceIn(words, ['refusal'], code) ?? detail).replaceAll(
    /\{\{(\w+)\}\}/g,
    (_, name: string) => String(params[name] ?? '…'),
  );
  return column === null ? said : `${column}: ${said}`;
}

function sentenceIn(words: Vocabulary, path: readonly string[], code: string): string | undefined {
  let section: unknown = words;
  for (const name of path) section = memberOf(section, name);
  const said = memberOf(section, code) ?? memberOf(section, `${code}_other`);
  return typeof said === 'string' ? said : undefined;
}

function memberOf(section: unknown, name: string): unknown {
  if (typeof section !== 'object' || section === null || !Object.hasOwn(section, name)) return undefined;
  return (section as Record<string, unknown>)[name];
}
