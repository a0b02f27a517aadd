import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getSecondFactor, makeRecoveryCodes, removeSecondFactor } from '../../contract/sign-in.ts';
import { client, queryClient } from '../api/client.ts';
import { RecoveryCodes } from '../sign-in/recovery-codes.tsx';
import { SetUpFactor } from '../sign-in/set-up-factor.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { Question } from '../verb/question.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';

/** My second factor (P4): set up, new recovery codes, remove. */
export function FactorPanel() {
  const { t } = useWords();
  const [round, setRound] = useState(0);
  const [isSettingUp, setSettingUp] = useState(false);
  const found = useQuery({ queryKey: ['second-factor'], queryFn: () => client.call(getSecondFactor) });
  const done = (): void => {
    setRound((before) => before + 1);
    setSettingUp(false);
    void queryClient.invalidateQueries();
  };
  return (
    <Panel title={t('settings.factor.title')} intro={t('settings.factor.intro')}>
      {found.isError && <Failure error={found.error} again={() => void found.refetch()} />}
      {found.data?.required && !found.data.enrolledAt && <Text mb={8}>{t('settings.factor.required')}</Text>}
      {found.data &&
        (found.data.enrolledAt && !isSettingUp ? (
          <Enrolled enrolledAt={found.data.enrolledAt} left={found.data.recoveryCodesLeft} />
        ) : (
          // While it is being set up, its codes stay until they were read.
          <div onSubmitCapture={() => setSettingUp(true)}>
            <SetUpFactor key={round} onDone={done} onCancel={done} doneWord={t('settings.factor.codesKept')} />
          </div>
        ))}
    </Panel>
  );
}

function Enrolled({ enrolledAt, left }: { enrolledAt: string; left: number }) {
  const { t, moment } = useWords();
  const [isRemoving, setRemoving] = useState(false);
  const [codes, setCodes] = useState<string[]>();
  const making = useVerb((send) => send(makeRecoveryCodes), {
    refusals: 'toast',
    onDone: ({ recoveryCodes }) => {
      setCodes(recoveryCodes);
      void queryClient.invalidateQueries({ queryKey: ['second-factor'] });
    },
  });
  if (codes)
    return <RecoveryCodes codes={codes} onDone={() => setCodes(undefined)} doneWord={t('settings.factor.codesKept')} />;
  return (
    <>
      <Text mb={12}>
        {t('settings.factor.since', { at: moment(enrolledAt) })} {t('settings.factor.codesLeft', { count: left })}
      </Text>
      <Group gap={8}>
        <VerbButton loading={making.busy} onClick={() => void making.run()}>
          {t('settings.factor.newCodes')}
        </VerbButton>
        <VerbButton c="var(--kb-danger)" onClick={() => setRemoving(true)}>
          {t('settings.factor.remove')}
        </VerbButton>
      </Group>
      {isRemoving && (
        <Question
          title={t('settings.factor.removeTitle')}
          body={t('settings.factor.removeBody')}
          word={t('settings.factor.remove')}
          said={t('settings.factor.removed')}
          run={(send) => send(removeSecondFactor)}
          close={() => setRemoving(false)}
        />
      )}
    </>
  );
}
