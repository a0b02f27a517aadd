import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { endSession, endSessions, listSessions } from '../../contract/sign-in.ts';
import { client, readAnew } from '../api/client.ts';
import { useLeaving } from '../sign-in/use-leaving.ts';
import { Failure } from '../ui/part-failed.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';

/** Where I am signed in, and how to end that. */
export function SessionsPanel() {
  const { t, moment } = useWords();
  const found = useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => client.call(listSessions, { signal }) });
  const ending = useVerb((send, id: string) => send(endSession, { params: { id } }), {
    said: t('settings.sessions.ended'),
    refusals: 'toast',
    onDone: readAnew,
  });
  const endingAll = useLeaving(endSessions, t('settings.sessions.allEnded'));
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
                loading={ending.given === session.id}
                onClick={() => void ending.run(session.id)}
              >
                {t('settings.sessions.end')}
              </VerbButton>
            ),
          ],
        }))}
      />
      <Group>
        <VerbButton loading={endingAll.busy} onClick={() => void endingAll.run()}>
          {t('settings.sessions.endAll')}
        </VerbButton>
      </Group>
    </Panel>
  );
}
