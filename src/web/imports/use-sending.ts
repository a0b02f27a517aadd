import { startImport } from '../../contract/imports.ts';
import { client } from '../api/client.ts';
import { useVerb } from '../verb/use-verb.ts';
import type { said } from './about.ts';
import { asksForField, type ImportAnswer, type Mapping } from './mapping.ts';

/** What the server said of a file, and the names of the columns that it asks about. */
export type Judged = { answer: ImportAnswer; asks: readonly string[] };

type What = 'check' | 'start' | 'startGood';

type Sending = {
  /** What is said of the file, as it is sent. */
  about: ReturnType<typeof said>;
  chosen: File | undefined;
  told: Mapping | undefined;
  onChecked: (judged: Judged) => void;
  onStarted: (started: ImportAnswer) => void;
};

/** Has a file judged, and imports it. */
export function useSending({ about, chosen, told, onChecked, onStarted }: Sending) {
  const check = async (file: File): Promise<void> => {
    // A rehearsal changes nothing: it is a read, and the same file may be asked about again.
    const rehearse = (more: { mapping?: string } = {}) =>
      client.call(startImport, { body: { file, ...about, ...more, dryRun: 'true' } });
    onChecked(await placedAnswer(rehearse, { mapping: about.mapping, told }));
  };
  const verb = useVerb(async (send, { what, file }: { what: What; file: File }) => {
    if (what === 'check') return check(file);
    onStarted(await send(startImport, { body: { file, ...about, ...onlyGood(what) }, respondAsync: true }));
  });
  const act = async (what: What): Promise<void> => {
    if (chosen) await verb.run({ what, file: chosen });
  };
  return { verb, check: () => act('check'), start: () => act('start'), startGood: () => act('startGood') };
}

/** The rows that are right come in, the others are given back. */
function onlyGood(what: What): { goodRowsOnly?: 'true' } {
  return what === 'startGood' ? { goodRowsOnly: 'true' } : {};
}

type Rehearse = (more?: { mapping: string }) => Promise<ImportAnswer>;
type Said = { mapping: string | undefined; told: Mapping | undefined };

/** What the server says of a file, with the columns that it, or the time before, can place, and those it asks about. */
async function placedAnswer(rehearse: Rehearse, { mapping, told }: Said): Promise<Judged> {
  const answer = await rehearse();
  if (answer.mapping) return { answer, asks: [] };
  const placed = await placedColumns(answer, rehearse, mapping);
  if (!placed) return { answer: { ...answer, ...(told && { mapping: told }) }, asks: [] };
  const entries = Object.entries(placed.mapping).filter(([name]) => !placed.asks.includes(name));
  return { answer: { ...answer, mapping: Object.fromEntries(entries) }, asks: placed.asks };
}

/**
 * Where columns fit no field, the server tells nothing of the others either: it is asked again without them, which it calls
 * by name, or by place.
 */
async function placedColumns(
  { errors, head }: ImportAnswer,
  rehearse: Rehearse,
  mapping: string | undefined,
): Promise<{ mapping: Mapping; asks: string[] } | undefined> {
  const asked = errors.flatMap((fault) => (asksForField(fault) && fault.column !== null ? [fault.column] : []));
  if (asked.length === 0) return undefined;
  const isPlace = (column: string): boolean => /^\d+$/.test(column);
  const without = Object.fromEntries(asked.map((column) => [isPlace(column) ? `#${column}` : column, null]));
  const { mapping: placed } = await rehearse({
    mapping: JSON.stringify({ ...JSON.parse(mapping ?? '{}'), ...without }),
  });
  if (!placed) return undefined;
  const names = new Set(asked.map((column) => (isPlace(column) ? head?.names[Number(column) - 1] : column)));
  return {
    mapping: placed,
    asks: Object.entries(placed)
      .filter(([name]) => names.has(name))
      .map(([name]) => name),
  };
}
