import { useEffect, useRef, useState } from 'react';
import { createKey, updateKey } from '../../contract/keys.ts';
import { deliveries } from '../../domain/deliveries.ts';
import { keyTypes } from '../../domain/key-rules.ts';
import { keyFields } from '../../domain/records/key.ts';
import type { PlainFields } from '../../domain/records/plain-field.ts';
import { useMe } from '../api/me.ts';
import { referenceNames } from '../form/reference-field.tsx';
import { type RecordForm, useRecordForm, type Values } from '../form/use-record-form.ts';
import { useWords } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';
import { afterKeys, readKeyAgain } from './key-record.ts';
import { createBodyOf, proposedDates, updateBodyOf, valuesOf } from './key-values.ts';

/** The form with dates that follow from what is chosen, until somebody writes them. */
export function useProposals(form: RecordForm, isNew: boolean): RecordForm {
  const today = useMe()?.today ?? '';
  const written = useRef(new Set<string>());
  const set = (field: string, value: unknown): void => {
    if (field === 'validityStart' || field === 'validityEnd') written.current.add(field);
    form.set(field, value);
    const keeps = isNew
      ? written.current
      : new Set(['validityStart', 'validityEnd'].filter((name) => form.values[name]));
    if (!isNew && field !== 'keyType') return;
    const proposed = proposedDates({ ...form.values, [field]: value }, field, keeps, today);
    for (const [name, day] of Object.entries(proposed)) form.set(name, day);
  };
  return { ...form, set };
}

/** How the values of a key's fields read. */
export function useSayKey(): (field: string, value: unknown) => string | undefined {
  const { day, value: say } = useWords();
  return (field, value) => {
    if (value === null || value === undefined || value === '') return undefined;
    const plain: PlainFields = keyFields;
    if (field.startsWith('validity') || plain[field]?.kind === 'day') return day(String(value));
    const type = keyTypes.find((known) => field === 'keyType' && known === value);
    if (type) return say('keyType', type);
    const delivery = deliveries.find((known) => field === 'delivery' && known === value);
    if (delivery) return say('delivery', delivery);
    return field.endsWith('Id') ? referenceNames.get(String(value)) : undefined;
  };
}

/** A new key, empty or as another one is. `allowSimilar` records it although another is spelled alike. */
export function useNewKeyForm(initial: Values, draft: string, onSaved: (key: Key) => void) {
  const allowed = useRef<string>(undefined);
  const plain = useRecordForm({
    draft,
    initial,
    save: async (changed, send) => {
      const body = createBodyOf({ ...initial, ...changed, allowSimilarTo: allowed.current });
      allowed.current = undefined;
      return send(createKey, { body });
    },
    onSaved: (key) => {
      void afterKeys(key);
      onSaved(key);
    },
  });
  const allowSimilar = (id: string): void => {
    allowed.current = id;
    void plain.submit();
  };
  return { form: useProposals(plain, true), allowSimilar };
}

/**
 * A key as it is. While something is unsaved the form stays on the version it began with, so that somebody else's
 * change meanwhile is told and not written over.
 */
export function useKeyForm(item: Key, onSaved: (saved: Key, before: Key) => void) {
  const [base, setBase] = useState(item);
  const [theirs, setTheirs] = useState<Key>();
  const version = useRef(item.version);
  const plain = useRecordForm({
    draft: `keys/${item.id}`,
    initial: valuesOf(base),
    save: (changed, send) =>
      send(updateKey, { params: { id: item.id }, body: updateBodyOf(changed), ifMatch: version.current }),
    onSaved: (key) => {
      version.current = key.version;
      setBase(key);
      void afterKeys(key);
      onSaved(key, base);
    },
  });
  const isDirty = plain.changed.length > 0;
  useEffect(() => {
    if (isDirty) return;
    version.current = item.version;
    setBase(item);
  }, [item, isDirty]);
  const isStale = plain.problem?.status === 412;
  useEffect(() => {
    if (isStale) void readKeyAgain(item.id).then(setTheirs);
    else setTheirs(undefined);
  }, [isStale, item.id]);
  const stale = theirs && {
    theirs: valuesOf(theirs),
    keepMine: () => {
      version.current = theirs.version;
      void plain.submit();
    },
    takeTheirs: () => {
      version.current = theirs.version;
      setBase(theirs);
      plain.discard();
    },
  };
  return { form: useProposals(plain, false), stale: isStale ? stale : undefined };
}
