import { useHotkeys } from '@mantine/hooks';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useBlocker } from 'react-router';
import { newIntent, problemOf } from '../api/client.ts';
import { faultAt, refusalWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';

/** What somebody has typed, by field; '' and null both mean empty. */
export type Values = Record<string, unknown>;

type Options<Result> = {
  /** Under which name a draft is kept until it is saved, such as "keys/new"; a license key is never kept. */
  draft: string;
  /** The record as it is, or what a new one begins with. */
  initial: Values;
  /** Sends what has changed (a new record: everything), with a name that makes a retry act once. */
  save: (changed: Values, intent: string) => Promise<Result>;
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
  submit: () => Promise<void>;
  discard: () => void;
  /** Waits for an answer: leave with unsaved changes? */
  leaving: { stay: () => void; leave: () => void } | undefined;
};

/** Never written to the browser's storage. */
const secret = ['licenseKey', 'password'];

function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown): unknown => (value === '' || value === undefined ? null : value);
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** One form of one record: what changed, drafts that survive a reload, saving once, leaving on purpose only. */
export function useRecordForm<Result>({ draft, initial, save, onSaved }: Options<Result>): RecordForm {
  const stored = `keybook.draft.${draft}`;
  const [edits, setEdits] = useState<Values>(() => readDraft(stored));
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const intent = useRef(newIntent());
  const isLeaving = useRef(false);
  const values = useMemo(() => ({ ...initial, ...edits }), [initial, edits]);
  const changed = useMemo(
    () => Object.keys(edits).filter((field) => !same(edits[field], initial[field])),
    [edits, initial],
  );
  useEffect(() => writeDraft(stored, edits, changed), [stored, edits, changed]);
  const set = useCallback((field: string, value: unknown): void => {
    intent.current = newIntent();
    setEdits((before) => ({ ...before, [field]: value }));
  }, []);
  const discard = useCallback((): void => {
    setEdits({});
    setError(undefined);
  }, []);
  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const result = await save(
        Object.fromEntries(changed.map((field) => [field, emptyAsNull(edits[field])])),
        intent.current,
      );
      isLeaving.current = true;
      sessionStorage.removeItem(stored);
      setEdits({});
      intent.current = newIntent();
      onSaved(result);
    } catch (refused) {
      setError(refused);
    } finally {
      isLeaving.current = false;
      setBusy(false);
    }
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
    faultOf: (field) => faultAt(error, field, words),
    problem,
    refusal: problem && refusalWords(error, words),
    lost: error !== undefined && problem === undefined,
    busy,
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
