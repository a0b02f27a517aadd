import { type FaultParams, problems } from '../../../domain/errors.ts';
import type { RowError } from '../plan/row-error.ts';
import { faultSentences } from './fault-sentences.ts';

/** A fault of a row as it is kept: its sentence may name people, units and keys, which may be erased, so it is not. */
export type StoredFault = Omit<RowError, 'detail'>;

/**
 * What is kept of a fault: where it is, the column by its number, and its code. Of its values numbers and the name of a
 * field stay; any other may be a text of a record or of the file.
 */
export function storedFault({ line, sheet, column, code, params }: RowError, header: readonly string[]): StoredFault {
  const kept = Object.entries(params ?? {}).map(([name, value]) => [name, isPlain(name, value) ? value : '…']);
  return {
    line,
    ...(sheet !== undefined && { sheet }),
    column: column === null ? null : columnNumber(column, header),
    code,
    ...(kept.length > 0 && { params: Object.fromEntries(kept) }),
  };
}

/** The name of a field, and a line, beside which its sheet stands by its number. */
const plainParams = ['field', 'first'];

function isPlain(name: string, value: string | number): boolean {
  return plainParams.includes(name) || typeof value === 'number';
}

/** What is no name of the header is a number already, or ends in one. */
function columnNumber(column: string, header: readonly string[]): string | null {
  const index = header.indexOf(column);
  if (index >= 0) return String(index + 1);
  return /(?:^| #)(\d+)$/.exec(column)?.[1] ?? null;
}

/** A kept fault with a sentence, which is made of its code alone. */
export function faultOfStored({ code, params, ...place }: StoredFault): RowError {
  return { ...place, code, detail: sentenceOf(code, params ?? {}), ...(params && { params }) };
}

function sentenceOf(code: string, params: FaultParams): string {
  const sentence = faultSentences[code] ?? titleOf(code) ?? 'This is not as it should be. Rehearse the file again.';
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '…'));
}

function titleOf(code: string): string | undefined {
  const found = Object.entries(problems).find(([known]) => known === code);
  return found && `${found[1].title}.`;
}
