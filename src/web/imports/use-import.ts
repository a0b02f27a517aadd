import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { startImport } from '../../contract/imports.ts';
import {
  attributesOf,
  fileKindOf,
  type ImportKind,
  type ImportProfile,
  importKinds,
} from '../../domain/import-fields.ts';
import { client } from '../api/client.ts';
import { useAttributes } from '../grid/use-attributes.ts';
import { useVerb } from '../verb/use-verb.ts';
import { asksForField, fieldsOf, type ImportAnswer, type Mapping, mappingToSend } from './mapping.ts';
import { type FileHead, type FirstRows, headAt, readHead } from './read-head.ts';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** What is said of a file besides its columns. */
export type About = {
  profile: ImportProfile | '';
  customer: { id: string; name: string } | null;
  productName: string;
  dates: DateOrder | '';
  /** The name of a workbook's sheet, where one was chosen. */
  sheet: string;
};

type Chosen = { file: File; first: FirstRows | undefined };
/** What the server said of a file, and what it was asked. */
type Checked = { answer: ImportAnswer; asked: string };

const nothingSaid: About = { profile: '', customer: null, productName: '', dates: '', sheet: '' };

/** One file on its way in. It lives in this page's memory only; the address names the kind and the import that runs. */
export function useImport() {
  const [search, setSearch] = useSearchParams();
  const [chosen, setChosen] = useState<Chosen>();
  const [about, setAbout] = useState(nothingSaid);
  const [choices, setChoices] = useState<Mapping>({});
  const [checked, setChecked] = useState<Checked>();
  const kind: ImportKind = importKinds.find((known) => known === search.get('kind')) ?? 'keys';
  const fileKind = fileKindOf(kind, about.profile);
  const attributes = useAttributes(attributesOf(fileKind));
  const fields = fieldsOf(fileKind, attributes);
  const told = checked?.answer.mapping;
  const mapping = mappingToSend(choices, told, fields, about.profile);
  const asked = JSON.stringify([kind, about, choices]);

  const body = (file: File) => ({ file, kind, ...(mapping !== undefined && { mapping }), ...given(about) });
  const check = async (file: File): Promise<void> => {
    // A rehearsal changes nothing: it is a read, and the same file may be asked about again.
    const rehearse = (more: { mapping?: string } = {}) =>
      client.call(startImport, { body: { ...body(file), ...more, dryRun: 'true' } });
    setChecked({ answer: await placedAnswer(rehearse, { mapping, first: chosen?.first, told }), asked });
  };
  const verb = useVerb(async (send, { what, file }: { what: 'check' | 'start'; file: File }) => {
    if (what === 'check') return check(file);
    const started = await send(startImport, { body: body(file), respondAsync: true });
    if (started.id !== null) setSearch({ kind, id: started.id });
  });
  const act = async (what: 'check' | 'start'): Promise<void> => {
    if (chosen) await verb.run({ what, file: chosen.file });
  };
  const forget = (): void => {
    setChoices({});
    setChecked(undefined);
    verb.forget();
  };

  return {
    kind,
    fileKind,
    attributes,
    fields,
    /** The file, and its head as far as it is text. */
    chosen: chosen && { file: chosen.file, head: headAt(chosen.first, checked?.answer.headerRow) },
    about,
    choices,
    answer: checked?.answer,
    isStale: checked !== undefined && checked.asked !== asked,
    busy: verb.given?.what,
    isAgain: verb.isAgain,
    error: verb.error,
    runningId: search.get('id') ?? undefined,
    /** Takes a copy: what was looked at is what is imported, also where the file is saved again meanwhile. */
    choose: async (file: File): Promise<void> => {
      const copy = new File([await file.arrayBuffer()], file.name, { type: file.type });
      forget();
      setChosen({ file: copy, first: await readHead(copy) });
    },
    drop: (): void => {
      forget();
      setChosen(undefined);
      setAbout({ ...about, sheet: '' });
    },
    setKind: (next: string): void => {
      forget();
      setSearch({ kind: next }, { replace: true });
    },
    setAbout: (next: Partial<About>): void => {
      // Another profile reads other columns, and another sheet has others.
      if (next.profile !== undefined) forget();
      if (next.sheet !== undefined) setChoices({});
      setAbout({ ...about, ...next });
    },
    map: (column: string, field: string | null): void => setChoices({ ...choices, [column]: field }),
    check: () => act('check'),
    start: () => act('start'),
    /** Back to the file, or to the next one. */
    leaveRun: (): void => setSearch({ kind }, { replace: true }),
  };
}

export type ImportScope = ReturnType<typeof useImport>;

/** What was said of a file, as it is sent. */
function given({ profile, dates, customer, productName, sheet }: About) {
  return {
    ...(profile && { profile }),
    ...(dates && { dates }),
    ...(sheet && { sheet }),
    ...(customer && { customerId: customer.id }),
    ...(productName.trim() !== '' && { productName: productName.trim() }),
  };
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
