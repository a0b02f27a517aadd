import { Button, Checkbox, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { changePassword } from '../../contract/sign-in.ts';
import { client, newIntent, queryClient } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { useSubmit } from '../sign-in/use-submit.ts';
import { Refusal } from '../ui/refusal.tsx';
import { faultAt } from '../ui/refusal-words.ts';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import classes from './settings.module.css';

/** My password; changing it ends my other sessions, and my API tokens unless I say otherwise. */
export function PasswordPanel() {
  const words = useWords();
  const { t } = words;
  const me = useMe();
  const [round, setRound] = useState(0);
  const { error, busy, onSubmit } = useSubmit(async (field) => {
    const current = field('current');
    const keepTokens = field('keepTokens') === 'true';
    const body = { ...(current && { current }), password: field('password'), keepTokens };
    await client.call(changePassword, { body, idempotencyKey: newIntent() });
    setRound((before) => before + 1);
    const ended = keepTokens ? 'settings.password.othersEnded' : 'settings.password.othersAndTokensEnded';
    toast({ title: t('settings.password.changed'), body: t(ended) });
    void queryClient.invalidateQueries({ queryKey: ['sessions'] });
    void queryClient.invalidateQueries({ queryKey: ['tokens'] });
  });
  const shown = { visibilityToggleButtonProps: { 'aria-label': t('signIn.showPassword') } };
  return (
    <Panel title={t('settings.password.title')} intro={t('settings.password.intro')}>
      <form key={round} onSubmit={onSubmit} className={classes.fields}>
        <Stack gap={12} align="stretch">
          {faultAt(error, 'password', words) === undefined && <Refusal error={error} />}
          <input type="hidden" name="username" autoComplete="username" value={me?.email ?? ''} readOnly />
          <PasswordInput
            name="current"
            label={t('settings.password.current')}
            description={t('settings.password.currentHelp')}
            autoComplete="current-password"
            {...shown}
          />
          <PasswordInput
            name="password"
            label={t('settings.password.new')}
            description={t('setup.passwordHelp')}
            autoComplete="new-password"
            required
            minLength={12}
            error={faultAt(error, 'password', words)}
            {...shown}
          />
          <Checkbox
            name="keepTokens"
            value="true"
            label={t('settings.password.keepTokens')}
            description={t('settings.password.keepTokensHelp')}
          />
          <Button type="submit" variant="default" loading={busy} style={{ alignSelf: 'flex-start' }}>
            {t('settings.password.change')}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
