import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Endpoint } from '../../contract/endpoint.ts';
import { lookupKeys } from '../../contract/keys.ts';
import { mayBeLicenseKey } from '../../domain/license-key.ts';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { useWords } from '../words/use-words.ts';

type Props = {
  label: string;
  /** Where it searches, and how a found record is called. */
  list: Endpoint;
  nameOf: (item: never) => string;
  onChosen: (id: string) => void;
  /** The label is for screen readers only: something beside it says the same. */
  isLabelHidden?: boolean;
  autoFocus?: boolean;
};

/** Finds one record by typing, outside a form. */
export function RecordSelect({ label, list, nameOf, onChosen, isLabelHidden = false, autoFocus = false }: Props) {
  const { t } = useWords();
  const may = useMay();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 150);
  // A whole license key goes in a body, never in an address.
  const isWhole = list.path === '/keys' && mayBeLicenseKey(q);
  const found = useQuery({
    // What may be a license key is no part of a name that is kept.
    queryKey: ['pick', list.path, isWhole ? q.length : q, isWhole],
    gcTime: isWhole ? 0 : 60_000,
    staleTime: isWhole ? 0 : 10_000,
    queryFn: async ({ signal }) => {
      if (isWhole && !may('keys.lookup')) return [];
      const answer = isWhole
        ? client.call(lookupKeys, { body: { licenseKey: q }, signal })
        : client.call(list, { query: { ...(q && { q }), limit: '20' }, signal });
      // Every list answers items with an id.
      return ((await answer) as { items: never[] }).items;
    },
  }).data;
  return (
    <Select
      {...(isLabelHidden ? { 'aria-label': label } : { label })}
      placeholder={t('pick.placeholder')}
      data={(found ?? []).map((item: { id: string }) => ({ value: item.id, label: nameOf(item as never) }))}
      filter={({ options }) => options}
      searchable
      value={null}
      searchValue={text}
      onSearchChange={setText}
      onChange={(id) => id !== null && onChosen(id)}
      nothingFoundMessage={t('pick.none')}
      comboboxProps={{ withinPortal: false }}
      autoComplete="off"
      spellCheck={false}
      data-autofocus={autoFocus || undefined}
      w="100%"
    />
  );
}
