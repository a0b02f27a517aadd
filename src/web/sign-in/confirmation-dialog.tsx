import { Anchor, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { confirmSession } from '../../contract/people.ts';
import { getSecondFactor } from '../../contract/sign-in.ts';
import { client, newIntent, problemOf } from '../api/client.ts';
import { Refusal } from '../ui/refusal.tsx';
import { useWords } from '../words/use-words.ts';
import { CodeField, secondFactorBody } from './code.tsx';
import { useSubmit } from './use-submit.ts';

/** Asks for the password, and the code. Loaded when it is first needed. */
export function ConfirmationDialog({ answer }: { answer: (confirmed: boolean) => void }) {
  const { t } = useWords();
  const factor = useQuery({
    queryKey: ['second-factor'],
    queryFn: () => client.call(getSecondFactor),
    staleTime: 0,
  }).data;
  const [needsCode, setNeedsCode] = useState(false);
  const { error, busy, onSubmit } = useSubmit(async (field) => {
    try {
      const password = field('password');
      const body = { ...(password && { password }), ...secondFactorBody(field('code')) };
      await client.call(confirmSession, { body, idempotencyKey: newIntent() });
      answer(true);
    } catch (refused) {
      if (problemOf(refused)?.code === 'second_factor_needed') setNeedsCode(true);
      else throw refused;
    }
  });
  return (
    <Modal
      opened
      onClose={() => answer(false)}
      title={t('confirm.title')}
      zIndex={400}
      closeButtonProps={{ 'aria-label': t('confirm.cancel') }}
    >
      <form onSubmit={onSubmit}>
        <Stack gap={12}>
          <Text>{t('confirm.body')}</Text>
          <Refusal error={error} />
          {problemOf(error)?.code === 'forbidden' && (
            <Anchor href="/api/v1/session/oidc?confirm=true">{t('confirm.singleSignOn')}</Anchor>
          )}
          <PasswordInput
            name="password"
            label={t('signIn.password')}
            autoComplete="current-password"
            data-autofocus={!needsCode || undefined}
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          />
          {(needsCode || factor?.enrolledAt) && <CodeField />}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={() => answer(false)}>
              {t('confirm.cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('confirm.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
