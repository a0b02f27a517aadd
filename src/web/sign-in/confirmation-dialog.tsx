import { Anchor, PasswordInput, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { confirmSession } from '../../contract/people.ts';
import { getSecondFactor } from '../../contract/sign-in.ts';
import { client, problemOf } from '../api/client.ts';
import type { Texts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import { CodeField, secondFactorBody } from './code.tsx';

/** Asks for the password, and the code. Loaded when it is first needed. */
export function ConfirmationDialog({ answer }: { answer: (confirmed: boolean) => void }) {
  const { t } = useWords();
  const factor = useQuery({
    queryKey: ['second-factor'],
    queryFn: () => client.call(getSecondFactor),
    staleTime: 0,
  }).data;
  const [needsCode, setNeedsCode] = useState(false);
  const verb = useVerb(async (send, field: Texts) => {
    try {
      const password = field('password');
      const body = { ...(password && { password }), ...secondFactorBody(field('code')) };
      await send(confirmSession, { body });
      answer(true);
    } catch (refused) {
      if (problemOf(refused)?.code === 'second_factor_needed') setNeedsCode(true);
      else throw refused;
    }
  });
  return (
    <VerbDialog
      title={t('confirm.title')}
      word={t('confirm.submit')}
      verb={verb}
      isOverAll
      onRun={verb.run}
      onClose={() => answer(false)}
      next={
        problemOf(verb.error)?.code === 'forbidden' && (
          <Anchor href="/api/v1/session/oidc?confirm=true">{t('confirm.singleSignOn')}</Anchor>
        )
      }
    >
      <Text>{t('confirm.body')}</Text>
      <PasswordInput
        name="password"
        label={t('signIn.password')}
        autoComplete="current-password"
        data-autofocus={!needsCode || undefined}
      />
      {(needsCode || factor?.enrolledAt) && <CodeField />}
    </VerbDialog>
  );
}
