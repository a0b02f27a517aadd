import { Button, Checkbox, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { changePassword } from '../../contract/sign-in.ts';
import { queryClient } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { toast } from '../ui/toast.tsx';
import { type Texts, withTexts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';

/** My password; changing it ends my other sessions, and my API tokens unless I say otherwise. */
export function PasswordPanel() {
  const { t } = useWords();
  const me = useMe();
  const [round, setRound] = useState(0);
  const changing = useVerb(async (send, field: Texts) => {
    const current = field('current');
    const keepTokens = field('keepTokens') === 'true';
    const body = { ...(current && { current }), password: field('password'), keepTokens };
    await send(changePassword, { body });
    setRound((before) => before + 1);
    const ended = keepTokens ? 'settings.password.othersEnded' : 'settings.password.othersAndTokensEnded';
    toast({ title: t('settings.password.changed'), body: t(ended) });
    void queryClient.invalidateQueries({ queryKey: ['sessions'] });
    void queryClient.invalidateQueries({ queryKey: ['tokens'] });
  });
  return (
    <Panel title={t('settings.password.title')} intro={t('settings.password.intro')}>
      <form key={round} onSubmit={withTexts(changing.run)}>
        <Stack gap={12} maw={420}>
          {changing.faultOf('password') === undefined && <VerbNotice verb={changing} />}
          <input type="hidden" name="username" autoComplete="username" value={me?.email ?? ''} readOnly />
          <PasswordInput
            name="current"
            label={t('settings.password.current')}
            description={t('settings.password.currentHelp')}
            autoComplete="current-password"
          />
          <PasswordInput
            name="password"
            label={t('settings.password.new')}
            description={t('setup.passwordHelp')}
            autoComplete="new-password"
            required
            minLength={12}
            error={changing.faultOf('password')}
          />
          <Checkbox
            name="keepTokens"
            value="true"
            label={t('settings.password.keepTokens')}
            description={t('settings.password.keepTokensHelp')}
          />
          <Button type="submit" variant="default" loading={changing.busy} style={{ alignSelf: 'flex-start' }}>
            {t('settings.password.change')}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
