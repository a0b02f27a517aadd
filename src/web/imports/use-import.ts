import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { attributesOf, fileKindOf, type ImportKind, importKinds } from '../../domain/import-fields.ts';
import { useAttributes } from '../grid/use-attributes.ts';
import { type About, nothingSaid, type RowAnswers, said } from './about.ts';
import { createOf, type Ticks } from './also-creates.ts';
import { fieldsOf, type Mapping, mappingToSend } from './mapping.ts';
import { type Judged, useSending } from './use-sending.ts';

/** What the server said of a file, and what it was asked. */
type Checked = Judged & { asked: string };

/** One file on its way in. It lives in this page's memory only; the address names the kind and the import that runs. */
export function useImport() {
  const { given, runningId, go } = useAddress();
  const [chosen, setChosen] = useState<File>();
  const [about, setAbout] = useState(nothingSaid);
  const [choices, setChoices] = useState<Mapping>({});
  const [checked, setChecked] = useState<Checked>();
  const { ticks, rowAnswers, forgetAnswers, forgetRows, ...answering } = useAnswers();
  // Where nobody said what the rows are about, the server finds it by the columns.
  const kind: ImportKind = given ?? checked?.answer.kind ?? 'software';
  const fileKind = fileKindOf(kind, about.profile);
  const attributes = useAttributes(attributesOf(fileKind));
  const fields = fieldsOf(fileKind, attributes);
  const told = checked?.answer.mapping;
  const mapping = mappingToSend(choices, told, fields, about.profile);
  const asked = JSON.stringify([given, about, choices, ticks, rowAnswers]);
  const create = createOf(checked?.answer.alsoCreates ?? [], ticks);
  const { verb, ...sending } = useSending({
    about: said(about, { kind: given, mapping, create, rowAnswers }),
    chosen,
    told,
    onChecked: (judged) => setChecked({ ...judged, asked }),
    onStarted: (started) => started.id !== null && go(started.kind, started.id),
  });
  const forget = (): void => {
    setChoices({});
    forgetAnswers();
    setChecked(undefined);
    verb.forget();
  };

  return {
    /** What the rows are about: as was said, else as it was found. */
    kind,
    isKindKnown: given !== undefined || checked !== undefined,
    fileKind,
    attributes,
    fields,
    chosen,
    about,
    choices,
    ticks,
    rowAnswers,
    ...answering,
    answer: checked?.answer,
    asks: checked?.asks ?? [],
    isStale: checked !== undefined && checked.asked !== asked,
    busy: verb.given?.what,
    isAgain: verb.isAgain,
    error: verb.error,
    runningId,
    choose: async (file: File): Promise<void> => {
      forget();
      setChosen(await copyOf(file));
    },
    drop: (): void => {
      forget();
      setChosen(undefined);
      setAbout({ ...about, sheet: '', headerRow: '', onDifferent: '' });
    },
    setKind: (next: ImportKind): void => {
      forget();
      go(next);
    },
    setAbout: (next: Partial<About>): void => {
      // Another profile reads other columns, and another sheet has others.
      if (next.profile !== undefined) forget();
      if (next.sheet !== undefined || next.headerRow !== undefined) {
        setChoices({});
        forgetRows();
      }
      setAbout({ ...about, ...next });
    },
    map: (column: string, field: string | null): void => setChoices({ ...choices, [column]: field }),
    ...sending,
    /** Back to the file, or to the next one. */
    leaveRun: (): void => go(given),
  };
}

/** What was answered to single things of a file: what else is made, and what becomes of rows that differ. */
function useAnswers() {
  const [ticks, setTicks] = useState<Ticks>({});
  const [rowAnswers, setRowAnswers] = useState<RowAnswers>({});
  const forgetRows = (): void => setRowAnswers({});
  return {
    ticks,
    rowAnswers,
    forgetRows,
    forgetAnswers: (): void => {
      setTicks({});
      forgetRows();
    },
    tick: (mark: string, isWanted: boolean): void => setTicks({ ...ticks, [mark]: isWanted }),
    /** Says what becomes of one row that differs. */
    answerRow: (mark: string, answer: RowAnswers[string]): void => setRowAnswers({ ...rowAnswers, [mark]: answer }),
  };
}

/** A copy: what was looked at is what is imported, also where the file is saved again meanwhile. */
async function copyOf(file: File): Promise<File> {
  return new File([await file.arrayBuffer()], file.name, { type: file.type });
}

/** What the address names. */
function useAddress() {
  const [search, setSearch] = useSearchParams();
  return {
    /** What the rows are said to be about. */
    given: importKinds.find((known) => known === search.get('kind')),
    runningId: search.get('id') ?? undefined,
    go: (kind?: ImportKind, id?: string): void =>
      setSearch({ ...(kind && { kind }), ...(id && { id }) }, { replace: id === undefined }),
  };
}

export type ImportScope = ReturnType<typeof useImport>;
