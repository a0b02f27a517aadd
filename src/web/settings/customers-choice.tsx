import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listCustomers } from '../../contract/customers.ts';
import { client } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';

type Props = {
  description: string;
  value: string[];
  onChange: (ids: string[]) => void;
  readOnly?: boolean;
  error: string | undefined;
};

/** To which customers somebody is limited. */
export function CustomersChoice({ value, onChange, description, readOnly = false, error }: Props) {
  const { t, title } = useWords();
  const found = useQuery({
    queryKey: ['customers', 'choice'],
    queryFn: ({ signal }) => client.call(listCustomers, { query: { limit: '200', sort: 'name' }, signal }),
  }).data;
  const data = (found?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const missing = value.filter((id) => !data.some((item) => item.value === id));
  return (
    <MultiSelect
      label={title('customer')}
      description={description}
      placeholder={value.length === 0 ? t('settings.users.allCustomers') : undefined}
      data={[...data, ...missing.map((id) => ({ value: id, label: id }))]}
      value={value}
      onChange={onChange}
      readOnly={readOnly}
      error={error}
      searchable
      clearable={!readOnly}
      nothingFoundMessage={t('pick.none')}
      limit={50}
    />
  );
}
