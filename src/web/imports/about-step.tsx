import { Autocomplete, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listCustomers } from '../../contract/customers.ts';
import { listProducts } from '../../contract/products.ts';
import { importFields, importKinds, importProfiles } from '../../domain/import-fields.ts';
import { client } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';
import type { About, DateOrder } from './about.ts';
import classes from './imports.module.css';
import { kindTitle } from './kind-title.ts';
import type { ImportScope } from './use-import.ts';

const orders: readonly DateOrder[] = ['dmy', 'mdy', 'ymd'];

/** What the file is about, where it comes from, and what holds for rows that do not say it. */
export function AboutStep({ scope }: { scope: ImportScope }) {
  const words = useWords();
  const { t } = words;
  const { kind, isKindKnown, fileKind, about, setKind, setAbout, answer } = scope;
  const isAsked = answer?.errors.some(({ code }) => code === 'date_order_needed');
  return (
    <div className={classes.fields}>
      <Select
        label={t('imports.about.kind')}
        description={t(isKindKnown ? `imports.about.kindIs.${kind}` : 'imports.about.kindHelp')}
        placeholder={t('imports.about.kindFound')}
        data={importKinds.map((value) => ({ value, label: kindTitle(value, words) }))}
        value={isKindKnown ? kind : null}
        allowDeselect={false}
        onChange={(next) => setKind(importKinds.find((known) => known === next) ?? kind)}
      />
      <Select
        label={t('imports.about.profile')}
        description={t('imports.about.profileHelp')}
        data={['', ...importProfiles].map((value) => ({ value, label: t(`imports.profile.${value || 'none'}`) }))}
        value={about.profile}
        allowDeselect={false}
        onChange={(next) => setAbout({ profile: importProfiles.find((known) => known === next) ?? '' })}
      />
      {'customer' in importFields[fileKind] && <Customer about={about} setAbout={setAbout} />}
      {'productName' in importFields[fileKind] && <Product about={about} setAbout={setAbout} />}
      {(isAsked || about.dates !== '') && (
        <Select
          label={t('imports.about.dates')}
          description={t('imports.about.datesHelp')}
          placeholder={t('imports.about.datesAsk')}
          data={orders.map((value) => ({ value, label: t(`imports.dates.${value}`) }))}
          value={about.dates || null}
          error={isAsked && about.dates === '' ? t('imports.about.datesNeeded') : undefined}
          clearable
          onChange={(next) => setAbout({ dates: orders.find((known) => known === next) ?? '' })}
        />
      )}
    </div>
  );
}

type Props = { about: About; setAbout: ImportScope['setAbout'] };

function Customer({ about: { customer }, setAbout }: Props) {
  const { t } = useWords();
  const [text, setText] = useState(customer?.name ?? '');
  const [q] = useDebouncedValue(text === customer?.name ? '' : text.trim(), 150);
  const found = useQuery({
    queryKey: ['customers', 'pick', q],
    queryFn: ({ signal }) =>
      client.call(listCustomers, { query: { archived: 'false', limit: '20', ...(q && { q }) }, signal }),
  }).data;
  const options = [...(found?.items ?? [])].map(({ id, name }) => ({ id, name }));
  if (customer && !options.some(({ id }) => id === customer.id)) options.unshift(customer);
  return (
    <Select
      label={t('imports.about.customer')}
      description={t('imports.about.customerHelp')}
      data={options.map(({ id, name }) => ({ value: id, label: name }))}
      value={customer?.id ?? null}
      searchable
      clearable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options: all }) => all}
      nothingFoundMessage={t('pick.none')}
      onChange={(id) => setAbout({ customer: options.find((option) => option.id === id) ?? null })}
    />
  );
}

function Product({ about: { productName }, setAbout }: Props) {
  const { t } = useWords();
  const [q] = useDebouncedValue(productName.trim(), 150);
  const found = useQuery({
    queryKey: ['products', 'pick', q],
    queryFn: ({ signal }) =>
      client.call(listProducts, { query: { archived: 'false', limit: '20', ...(q && { q }) }, signal }),
  }).data;
  return (
    <Autocomplete
      label={t('imports.about.product')}
      description={t('imports.about.productHelp')}
      data={[...new Set((found?.items ?? []).map(({ name }) => name))]}
      filter={({ options }) => options}
      value={productName}
      maxLength={200}
      onChange={(next) => setAbout({ productName: next })}
    />
  );
}
