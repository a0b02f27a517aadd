import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Endpoint } from '../../contract/endpoint.ts';
import { callAny } from '../api/call-any.ts';
import { problemOf, queryClient } from '../api/client.ts';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import { gatherAttributes } from './attribute-values.ts';
import { useRecordForm, type Values } from './use-record-form.ts';

export type Stored = { id: string; version: number };
export type StoredOptions<Item> = {
  /** The list it belongs to, which is the first part of its address too. */
  name: string;
  /** Undefined for a new one. */
  record: Item | undefined;
  /** Its fields, or what a new one begins with. Has to stay the same value between renders. */
  initial: Values;
  endpoints: { create: Endpoint; get: Endpoint; update: Endpoint };
  fieldsOf: (record: Item) => Values;
};

/** The form of a record that is made, changed and read by the usual three endpoints; two editors are told apart. */
export function useStoredRecord<Item extends Stored>({
  name,
  record,
  initial,
  endpoints,
  fieldsOf,
}: StoredOptions<Item>) {
  const { t } = useWords();
  const navigate = useNavigate();
  const version = useRef(record?.version ?? 0);
  const [theirs, setTheirs] = useState<Item>();
  if (record && record.version > version.current && !theirs) version.current = record.version;
  const form = useRecordForm<Item>({
    draft: `${name}/${record?.id ?? 'new'}`,
    initial,
    save: async (changed, send) => {
      // A record's endpoints answer the record.
      if (!record)
        return (await callAny(
          endpoints.create,
          { body: gatherAttributes({ ...given(initial), ...given(changed) }) },
          send,
        )) as Item;
      try {
        const body = gatherAttributes(changed);
        const input = { params: { id: record.id }, body, ifMatch: version.current };
        return (await callAny(endpoints.update, input, send)) as Item;
      } catch (error) {
        if (problemOf(error)?.code === 'stale')
          setTheirs((await callAny(endpoints.get, { params: { id: record.id } })) as Item);
        throw error;
      }
    },
    onSaved: (saved) => {
      version.current = saved.version;
      queryClient.setQueryData([name, 'one', saved.id], saved);
      void queryClient.invalidateQueries();
      toast({ title: t('stored.saved') });
      if (!record) void navigate(`/${name}/${saved.id}`, { replace: true });
    },
  });
  const stale = theirs && {
    theirs: fieldsOf(theirs),
    keepMine: () => {
      version.current = theirs.version;
      setTheirs(undefined);
      void form.submit();
    },
    takeTheirs: () => {
      form.discard();
      queryClient.setQueryData([name, 'one', theirs.id], theirs);
      setTheirs(undefined);
    },
  };
  return { form, stale };
}

/** What has a value: a new record has nothing to clear. */
function given(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  );
}
