import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { endSession, endSessions, listSessions } from '../../contract/sign-in.ts';
import { client, queryClient } from '../api/client.ts';
import { setSessionState } from '../api/session-state.ts';
import { Failure } from '../ui/part-failed.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';
import { useAction } from './use-action.ts';

/** Where I am signed in, and how to end that. */
export function SessionsPanel() {
  const { t, moment } = useWords();
  const navigate = useNavigate();
  const found = useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => client.call(listSessions, { signal }) });
  const ending = useAction((id: string) => client.call(endSession, { params: { id } }), t('settings.sessions.ended'));
  const endingAll = useAction(
    () => client.call(endSessions),
    t('settings.sessions.allEnded'),
    () => {
      queryClient.clear();
      setSessionState('none');
      void navigate('/sign-in');
    },
  );
  return (
    <Panel title={t('settings.sessions.title')}>
      {found.isError && <Failure error={found.error} again={() => void found.refetch()} />}
      <PlainTable
        heads={[t('settings.sessions.lastSeen'), t('settings.sessions.began'), t('settings.sessions.address'), '']}
        rows={(found.data?.items ?? []).map((session) => ({
          key: session.id,
          cells: [
            moment(session.lastSeenAt),
            moment(session.createdAt),
            session.address ?? '–',
            session.current ? (
              <Text span key="current" c="var(--kb-ink-2)">
                {t('settings.sessions.current')}
              </Text>
            ) : (
              <VerbButton
                key="end"
                size="compact-sm"
                loading={ending.isPending && ending.variables === session.id}
                onClick={() => ending.mutate(session.id)}
              >
                {t('settings.sessions.end')}
              </VerbButton>
            ),
          ],
        }))}
      />
      <Group>
        <VerbButton loading={endingAll.isPending} onClick={() => endingAll.mutate()}>
          {t('settings.sessions.endAll')}
        </VerbButton>
      </Group>
    </Panel>
  );
}
