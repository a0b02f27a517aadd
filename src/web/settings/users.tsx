import { Button, Group, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { z } from 'zod';
import { maxLimit } from '../../contract/list.ts';
import { listUsers, type user as userSchema } from '../../contract/people.ts';
import { languageName } from '../../domain/languages.ts';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';
import classes from './settings.module.css';
import { UserDialog } from './user-dialog.tsx';

export type User = z.output<typeof userSchema>;

/** Who may sign in, as what, and for which customers (P1, P2). */
export function Users() {
  const { t, title } = useWords();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 150);
  const found = useQuery({
    queryKey: ['users', q],
    queryFn: ({ signal }) => client.call(listUsers, { query: { limit: String(maxLimit), ...(q && { q }) }, signal }),
    placeholderData: keepPreviousData,
  });
  const users = found.data?.items ?? [];
  const opened = params.get('user');
  const open = (id: string | undefined): void => setParams({ tab: 'users', ...(id && { user: id }) });
  const user = users.find(({ id }) => id === opened);
  return (
    <Panel
      title={title('user')}
      intro={may('people.write') ? t('settings.users.intro') : t('settings.users.readOnly')}
      isWide
    >
      <Group gap={8} mb={8}>
        <TextInput
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          aria-label={t('settings.users.search')}
          placeholder={t('settings.users.search')}
          leftSection={<IconSearch size={16} />}
        />
        {may('people.write') && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => open('new')}>
            {t('settings.users.new')}
          </Button>
        )}
      </Group>
      {found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : (
        <UserTable users={users} open={may('people.write') ? open : undefined} />
      )}
      {found.data && found.data.total > users.length && (
        <Text c="var(--kb-ink-2)">{t('settings.users.more', { count: found.data.total - users.length })}</Text>
      )}
      {may('people.write') && (opened === 'new' || user) && (
        <UserDialog key={opened} user={user} close={() => open(undefined)} />
      )}
    </Panel>
  );
}

function UserTable({ users, open }: { users: readonly User[]; open: ((id: string) => void) | undefined }) {
  const { t, label, value } = useWords();
  const fields = ['name', 'email', 'role', 'locale'] as const;
  return (
    <PlainTable
      heads={[...fields.map((field) => label('user', field)), t('settings.users.customers'), t('settings.users.state')]}
      rows={users.map((user) => ({
        key: user.id,
        isOff: user.disabled,
        cells: [
          open ? (
            <UnstyledButton key="name" className={classes.link ?? ''} onClick={() => open(user.id)}>
              {user.name}
            </UnstyledButton>
          ) : (
            user.name
          ),
          user.email,
          value('role', user.role),
          languageName(user.locale),
          user.customerIds === null
            ? t('settings.users.allCustomers')
            : t('settings.users.customerCount', { count: user.customerIds.length }),
          t(user.disabled ? 'settings.users.disabled' : 'settings.users.active'),
        ],
      }))}
    />
  );
}
