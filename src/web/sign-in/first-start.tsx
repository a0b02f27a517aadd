import { Button, Divider, PasswordInput, Radio, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { setup } from '../../contract/people.ts';
import { queryClient } from '../api/client.ts';
import { meQuery } from '../api/me.ts';
import { setSessionState } from '../api/session-state.ts';
import { useTitle } from '../frame/crumbs.tsx';
import { timeZonesWith } from '../ui/time-zones.ts';
import { type Texts, withTexts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { Door } from './door.tsx';

/** The token stands behind the #, so that no log has it; it leaves the address as soon as it is read. */
function tokenOfAddress(): string {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
  if (token !== '') history.replaceState(null, '', '/setup');
  return token;
}

const ownTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The first start: the organisation, its first administrator, and whether to begin with the demo's records. */
export function Component() {
  const { t, language } = useWords();
  const navigate = useNavigate();
  const [token] = useState(tokenOfAddress);
  const [timeZone, setTimeZone] = useState<string | null>(ownTimeZone);
  const [begin, setBegin] = useState('empty');
  useTitle(t('setup.title'));
  const beginning = useVerb(async (send, text: Texts) => {
    const body = {
      token: token || text('token'),
      name: text('name'),
      email: text('email'),
      password: text('password'),
      organisation: text('organisation'),
      timeZone: timeZone ?? 'UTC',
      locale: language,
    };
    const me = await send(setup, { body: { ...body, ...(begin === 'demo' && { demo: language }) } });
    setSessionState('open');
    queryClient.setQueryData(meQuery.queryKey, me);
    await navigate('/');
  });
  const given = (name: string) => ({ name, required: true, error: beginning.faultOf(name) });
  return (
    <Door>
      <form onSubmit={withTexts(beginning.run)}>
        <Stack gap={12}>
          <Title order={1} fz={20}>
            {t('setup.title')}
          </Title>
          <Text>{t('setup.intro')}</Text>
          <VerbNotice verb={beginning} />
          {token === '' && (
            <TextInput
              {...given('token')}
              label={t('setup.token')}
              description={t('setup.tokenHelp')}
              autoComplete="off"
            />
          )}
          <TextInput
            {...given('organisation')}
            label={t('setup.organisation')}
            description={t('setup.organisationHelp')}
            autoComplete="organization"
          />
          <Select
            label={t('setup.timeZone')}
            description={t('setup.timeZoneHelp')}
            data={timeZonesWith(ownTimeZone)}
            value={timeZone}
            onChange={setTimeZone}
            searchable
            required
            limit={50}
            error={beginning.faultOf('timeZone')}
          />
          <Divider />
          <TextInput {...given('name')} label={t('setup.name')} autoComplete="name" />
          <TextInput {...given('email')} type="email" label={t('signIn.email')} autoComplete="username" />
          <PasswordInput
            {...given('password')}
            label={t('signIn.password')}
            description={t('setup.passwordHelp')}
            minLength={12}
            autoComplete="new-password"
          />
          <BeginChoice value={begin} onChange={setBegin} />
          <Button type="submit" loading={beginning.busy} fullWidth>
            {t('setup.submit')}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}

/** With nothing, or with the demo's records to look around in. */
function BeginChoice({ value, onChange }: { value: string; onChange: (begin: string) => void }) {
  const { t } = useWords();
  return (
    <Radio.Group value={value} onChange={onChange} label={t('setup.begin')}>
      <Stack gap={8} mt={4}>
        <Radio value="empty" label={t('setup.empty')} />
        <Radio value="demo" label={t('setup.demo')} description={t('setup.demoHelp')} />
      </Stack>
    </Radio.Group>
  );
}
