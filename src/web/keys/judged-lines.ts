import { mostLines, type PastedLine } from './pasted-lines.ts';

export type JudgedLine = PastedLine & { state: 'ready' | 'asking' | 'double' | 'malformed' | 'tooMany' };

/** What will become of each line; `known` says which keys are recorded already, as far as the server has told. */
export function judgeLines(lines: readonly PastedLine[], known: ReadonlyMap<string, boolean>): JudgedLine[] {
  let left = mostLines;
  return lines.map((line): JudgedLine => {
    if (line.fault || !line.key) return { ...line, state: 'malformed' };
    const isKnown = known.get(line.key.loose);
    if (line.repeats !== undefined || isKnown) return { ...line, state: 'double' };
    left -= 1;
    if (left < 0) return { ...line, state: 'tooMany' };
    return { ...line, state: isKnown === undefined ? 'asking' : 'ready' };
  });
}

/** What the server has not refused yet may be created. */
export function mayBeCreated({ state }: JudgedLine): boolean {
  return state === 'ready' || state === 'asking';
}
