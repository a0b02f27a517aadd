import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listUsers } from '../../contract/people.ts';
import { client } from '../api/client.ts';
import { useMay, useMe } from '../api/me.ts';
import { useWords } from '../words/use-words.ts';

/** Why nothing can be changed here, and whom to ask (A9). */
export function WhyReadOnly() {
  const { t, value } = useWords();
  const may = useMay();
  const me = useMe();
  const names = useQuery({
    queryKey: ['users', 'administrators'],
    enabled: may('people.read'),
    queryFn: async () => {
      const { items = [] } = await client.call(listUsers, { query: { role: 'administrator', disabled: 'false' } });
      return items.map(({ name }) => name).join(', ');
    },
  }).data;
  return (
    <Alert mx="var(--kb-edge)" mb={8} color="gray" variant="light">
      {t('equipment.readOnly', { role: me ? value('role', me.role) : '' })}{' '}
      {names ? t('equipment.askOne', { names }) : t('equipment.ask')}
    </Alert>
  );
}
