import { useHotkeys } from '@mantine/hooks';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useBlocker } from 'react-router';
import { problemOf } from '../api/client.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import type { Send } from '../verb/send.ts';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';

/** What somebody has typed, by field; '' and null both mean empty. */
export type Values = Record<string, unknown>;

type Options<Result> = {
  /** Under which name a draft is kept until it is saved, such as "keys/new"; a license key or file is never kept. */
  draft: string;
  /** The record as it is, or what a new one begins with. */
  initial: Values;
  /** Sends what has changed (a new record: everything). */
  save: (changed: Values, send: Send) => Promise<Result>;
  onSaved: (result: Result) => void;
};

export type RecordForm = {
  values: Values;
  set: (field: string, value: unknown) => void;
  /** The fields that differ from the record. */
  changed: readonly string[];
  was: (field: string) => unknown;
  faultOf: (field: string) => string | undefined;
  /** What is wrong beside single fields. */
  problem: ReturnType<typeof problemOf>;
  /** Why it was refused, beside single fields. */
  refusal: string | undefined;
  /** An error that is no refusal: a lost connection. */
  lost: boolean;
  busy: boolean;
  /** It is being written; until then, and after saving or giving up, it is read. */
  isEditing: boolean;
  /** It has been written and is read again. */
  wasEdited: boolean;
  edit: () => void;
  /** An answer was lost, and it is being sent again. */
  isAgain: boolean;
  submit: () => Promise<void>;
  /** Gives the changes up. */
  discard: () => void;
  /** Waits for an answer: leave with unsaved changes? */
  leaving: { stay: () => void; leave: () => void } | undefined;
};

/** Never written to the browser's storage. */
const secret = ['licenseKey', 'licenseFile', 'password'];

function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): unknown => (value === '' || value === undefined ? null : value);
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** One form of one record: what changed, drafts that survive a reload, saving once, leaving on purpose only. */
export function useRecordForm<Result>({ draft, initial, save, onSaved }: Options<Result>): RecordForm {
  const stored = `keybook.draft.${draft}`;
  const [edits, setEdits] = useState<Values>(() => readDraft(stored));
  const [phase, setPhase] = useState<'before' | 'editing' | 'after'>(() =>
    Object.keys(edits).length > 0 ? 'editing' : 'before',
  );
  const isLeaving = useRef(false);
  const values = useMemo(() => ({ ...initial, ...edits }), [initial, edits]);
  const changed = useMemo(
    () => Object.keys(edits).filter((field) => !same(edits[field], initial[field])),
    [edits, initial],
  );
  useEffect(() => writeDraft(stored, edits, changed), [stored, edits, changed]);
  const set = useCallback((field: string, value: unknown): void => {
    setEdits((before) => ({ ...before, [field]: value }));
  }, []);
  const { run, busy, isAgain, error, faultOf, forget } = useVerb((send, values: Values) => save(values, send), {
    onDone: (result) => {
      isLeaving.current = true;
      sessionStorage.removeItem(stored);
      setEdits({});
      setPhase('after');
      try {
        onSaved(result);
      } finally {
        isLeaving.current = false;
      }
    },
  });
  const discard = (): void => {
    setEdits({});
    setPhase('after');
    forget();
  };
  const submit = async (): Promise<void> => {
    await run(Object.fromEntries(changed.map((field) => [field, emptyAsNull(edits[field])])));
  };
  useHotkeys([['mod+S', () => changed.length > 0 && void submit()]], []);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      changed.length > 0 && !isLeaving.current && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    if (changed.length > 0) window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [changed.length]);
  const words = useWords();
  const problem = problemOf(error);
  return {
    values,
    set,
    changed,
    was: (field) => initial[field],
    faultOf,
    problem,
    refusal: problem && refusalWords(error, words),
    lost: error !== undefined && problem === undefined,
    busy,
    isEditing: phase === 'editing',
    wasEdited: phase === 'after',
    edit: () => setPhase('editing'),
    isAgain,
    submit,
    discard,
    leaving:
      blocker.state === 'blocked'
        ? {
            stay: () => blocker.reset(),
            leave: () => {
              sessionStorage.removeItem(stored);
              blocker.proceed();
            },
          }
        : undefined,
  };
}

function emptyAsNull(value: unknown): unknown {
  return value === '' ? null : value;
}

function readDraft(stored: string): Values {
  try {
    // Written by writeDraft below.
    return JSON.parse(sessionStorage.getItem(stored) ?? '{}') as Values;
  } catch {
    return {};
  }
}

function writeDraft(stored: string, edits: Values, changed: readonly string[]): void {
  const kept = Object.fromEntries(
    Object.entries(edits).filter(([field]) => changed.includes(field) && !secret.includes(field)),
  );
  if (Object.keys(kept).length === 0) sessionStorage.removeItem(stored);
  else sessionStorage.setItem(stored, JSON.stringify(kept));
}
