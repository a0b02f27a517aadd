import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Endpoint } from '../../contract/endpoint.ts';
import { client } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';
import classes from './form.module.css';
import { useField } from './use-field.ts';

export type Named = { id: string; name: string };
type Props = {
  /** The field that holds the other record's id. */
  field: string;
  label?: string;
  required?: boolean;
  list: Endpoint;
  /** Filters beside the search. */
  query?: Record<string, string>;
  /** The record chosen now, so that its name is there at once. */
  chosen: Named | null | undefined;
  nameOf?: (item: never) => string;
  /** Called with the typed name where none is chosen: lets a new record be made by its name. */
  create?: { field: string; word: (name: string) => string };
};

const shown = 20;

/** The names of records that were offered or chosen, by id: for whoever must say what a field held. */
export const referenceNames = new Map<string, string>();

/** Another record, found by typing; the soonest matches first, the rest by typing more. */
export function ReferenceField({ field, label, required = false, list, query = {}, chosen, nameOf, create }: Props) {
  const { value, set, props } = useField(field, label);
  const created = useField(create?.field ?? field);
  const { t } = useWords();
  const [text, setText] = useState(chosen?.name ?? '');
  const [known, setKnown] = useState<Named | null | undefined>(chosen);
  const [q] = useDebouncedValue(text === known?.name ? '' : text.trim(), 150);
  const found = useQuery({
    queryKey: ['pick', list.path, query, q],
    queryFn: async ({ signal }) => {
      // Every list answers items with an id.
      const { items } = (await client.call(list, {
        query: { ...query, ...(q && { q }), limit: String(shown) },
        signal,
      })) as { items: never[] };
      return items.map((item: { id: string; name?: string }) => ({
        id: item.id,
        name: nameOf ? nameOf(item as never) : (item.name ?? ''),
      }));
    },
  }).data;
  for (const { id, name } of found ?? []) referenceNames.set(id, name);
  const options = [...(found ?? [])];
  if (known && !options.some(({ id }) => id === known.id)) options.unshift(known);
  const isChosenNew = known?.id === ' new';
  const isNew =
    create !== undefined &&
    !isChosenNew &&
    q !== '' &&
    !options.some(({ name }) => name.toLowerCase() === q.toLowerCase());
  return (
    <Select
      {...props}
      required={required}
      classNames={{ wrapper: classes.wrapper ?? '', input: classes.input ?? '' }}
      data={[
        ...options.map(({ id, name }) => ({ value: id, label: name })),
        ...(isNew ? [{ value: ' new', label: create.word(q) }] : []),
      ]}
      value={
        typeof value === 'string' && value !== ''
          ? value
          : typeof created.value === 'string' && created.value !== '' && create
            ? ' new'
            : null
      }
      searchable
      // Who comes to it by keyboard reads on; typing, a click or an arrow opens it.
      openOnFocus={false}
      clearable={!required && !props.readOnly}
      searchValue={text}
      onSearchChange={setText}
      filter={({ options: all }) => all}
      nothingFoundMessage={t('form.nothingFound')}
      onChange={(id) => {
        if (id === ' new' && create) {
          created.set(q);
          set(null);
          setKnown({ id, name: create.word(q) });
          return;
        }
        if (create) created.set(null);
        setKnown(options.find((option) => option.id === id) ?? null);
        set(id);
      }}
    />
  );
}
