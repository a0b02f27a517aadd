import { startImport } from '../../contract/imports.ts';
import { client } from '../api/client.ts';
import { useVerb } from '../verb/use-verb.ts';
import type { said } from './about.ts';
import { asksForField, type ImportAnswer, type Mapping } from './mapping.ts';
import { type FileHead, type FirstRows, headAt } from './read-head.ts';

type Sending = {
  /** What is said of the file, as it is sent. */
  about: ReturnType<typeof said>;
  chosen: { file: File; first: FirstRows | undefined } | undefined;
  told: Mapping | undefined;
  onChecked: (answer: ImportAnswer) => void;
  onStarted: (started: ImportAnswer) => void;
};

/** Has a file judged, and imports it. */
export function useSending({ about, chosen, told, onChecked, onStarted }: Sending) {
  const check = async (file: File): Promise<void> => {
    // A rehearsal changes nothing: it is a read, and the same file may be asked about again.
    const rehearse = (more: { mapping?: string } = {}) =>
      client.call(startImport, { body: { file, ...about, ...more, dryRun: 'true' } });
    onChecked(await placedAnswer(rehearse, { mapping: about.mapping, first: chosen?.first, told }));
  };
  const verb = useVerb(async (send, { what, file }: { what: 'check' | 'start'; file: File }) => {
    if (what === 'check') return check(file);
    onStarted(await send(startImport, { body: { file, ...about }, respondAsync: true }));
  });
  const act = async (what: 'check' | 'start'): Promise<void> => {
    if (chosen) await verb.run({ what, file: chosen.file });
  };
  return { verb, check: () => act('check'), start: () => act('start') };
}

type Rehearse = (more?: { mapping: string }) => Promise<ImportAnswer>;
type Said = { mapping: string | undefined; first: FirstRows | undefined; told: Mapping | undefined };

/** What the server says of a file, with the columns that it, or the time before, can place. */
async function placedAnswer(rehearse: Rehearse, { mapping, first, told }: Said): Promise<ImportAnswer> {
  const answer = await rehearse();
  const head = headAt(first, answer.headerRow);
  return { ...answer, mapping: answer.mapping ?? (await placedColumns(answer, rehearse, mapping, head)) ?? told };
}

/**
 * Where columns fit no field, the server tells nothing of the others either: it is asked again without them. Undefined
 * for a workbook, whose names are not known here.
 */
async function placedColumns(
  { errors }: ImportAnswer,
  rehearse: Rehearse,
  mapping: string | undefined,
  head: FileHead | undefined,
): Promise<Mapping | undefined> {
  const unknown = errors.flatMap((fault) =>
    asksForField(fault) ? [head?.header[Number(fault.column) - 1] ?? ''] : [],
  );
  if (!head || unknown.length === 0 || unknown.includes('')) return undefined;
  const without = Object.fromEntries(unknown.map((name) => [name, null]));
  const { mapping: placed } = await rehearse({
    mapping: JSON.stringify({ ...JSON.parse(mapping ?? '{}'), ...without }),
  });
  return placed && Object.fromEntries(Object.entries(placed).filter(([name]) => !unknown.includes(name)));
}
