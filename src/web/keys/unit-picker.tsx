import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listEquipment } from '../../contract/equipment.ts';
import { client } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';
import classes from './keys.module.css';

type Props = {
  value: string | null;
  onChange: (id: string | null, name: string) => void;
  error: string | undefined;
  help?: string;
  /** A unit that is not offered. */
  without?: string;
};

const shown = 20;

/** A unit, found by its name, serial number, tag or customer; one out of service is shown and says so. */
export function UnitPicker({ value, onChange, error, help, without }: Props) {
  const { t, label, value: say } = useWords();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Option>();
  const [q] = useDebouncedValue(text === chosen?.label ? '' : text.trim(), 150);
  const found = useQuery({
    queryKey: ['equipment', 'pick', q],
    queryFn: async ({ signal }) => {
      const query = { ...(q && { q }), limit: shown };
      const { items = [] } = await client.call(listEquipment, { query, signal });
      return items.map(({ id, name, serialNumber, assetTag, customer, status }): Option => {
        const isOut = status === 'returned' || status === 'retired';
        const below = [serialNumber, assetTag, customer.name, ...(isOut ? [say('equipmentStatus', status)] : [])];
        return { value: id, label: name, below: below.filter(Boolean).join(' · '), disabled: isOut };
      });
    },
    placeholderData: keepPreviousData,
  }).data;
  const options = (found ?? []).filter((option) => option.value !== without);
  if (chosen && !options.some((option) => option.value === chosen.value)) options.unshift(chosen);
  return (
    <Select
      label={label('assignment', 'equipment')}
      description={help ?? t('keys.apply.unitHelp')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      placeholder={t('keys.apply.unitPlaceholder')}
      error={error}
      data={options}
      value={value}
      searchable
      clearable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options: all }) => all}
      nothingFoundMessage={t('keys.apply.noUnit')}
      renderOption={({ option }) => (
        <span className={classes.option}>
          <span>{option.label}</span>
          <span className="help">{options.find((one) => one.value === option.value)?.below}</span>
        </span>
      )}
      onChange={(id) => {
        const option = options.find((one) => one.value === id);
        setChosen(option);
        onChange(id, option?.label ?? '');
      }}
      data-autofocus
    />
  );
}

type Option = { value: string; label: string; below: string; disabled: boolean };
