import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteToken, listTokens } from '../../contract/people.ts';
import { client } from '../api/client.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { Question } from '../verb/question.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';
import { TokenDialog } from './token-dialog.tsx';

/** API tokens: mine, and everybody's for who may manage them (P4). */
export function TokensPanel() {
  const { t, day, value } = useWords();
  const [isNew, setNew] = useState(false);
  const [revoking, setRevoking] = useState<{ id: string; name: string }>();
  const items = useQuery({ queryKey: ['tokens'], queryFn: () => client.call(listTokens) }).data?.items ?? [];
  return (
    <Panel title={t('settings.tokens.title')} intro={t('settings.tokens.intro')}>
      {items.length > 0 && (
        <PlainTable
          heads={['name', 'role', 'owner', 'expires', 'lastUsed']
            .map((head) => t(`settings.tokens.${head}`))
            .concat('')}
          rows={items.map((token) => ({
            key: token.id,
            cells: [
              token.name,
              value('role', token.role),
              token.owner.name,
              day(token.expiresOn),
              token.lastUsedOn ? day(token.lastUsedOn) : t('settings.tokens.never'),
              <VerbButton key="revoke" size="compact-sm" onClick={() => setRevoking(token)}>
                {t('settings.tokens.revoke')}
              </VerbButton>,
            ],
          }))}
        />
      )}
      <Group>
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>
          {t('settings.tokens.new')}
        </Button>
      </Group>
      {isNew && <TokenDialog close={() => setNew(false)} />}
      {revoking && (
        <Question
          title={t('settings.tokens.revokeTitle', { name: revoking.name })}
          body={t('settings.tokens.revokeBody')}
          word={t('settings.tokens.revoke')}
          said={t('settings.tokens.revoked', { name: revoking.name })}
          run={(send) => send(deleteToken, { params: { id: revoking.id } })}
          close={() => setRevoking(undefined)}
        />
      )}
    </Panel>
  );
}
