import { Button, Divider, PasswordInput, Radio, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { setup } from '../../contract/people.ts';
import { client, queryClient } from '../api/client.ts';
import { meQuery } from '../api/me.ts';
import { setSessionState } from '../api/session-state.ts';
import { useTitle } from '../frame/crumbs.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { faultAt } from '../ui/refusal-words.ts';
import { timeZonesWith } from '../ui/time-zones.ts';
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
  const words = useWords();
  const { t, language } = words;
  const navigate = useNavigate();
  const [token] = useState(tokenOfAddress);
  const [timeZone, setTimeZone] = useState<string | null>(ownTimeZone);
  const [begin, setBegin] = useState('empty');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useTitle(t('setup.title'));
  const fault = (field: string): string | undefined => faultAt(error, field, words);
  const given = (name: string) => ({ name, required: true, error: fault(name) });
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '');
    setBusy(true);
    setError(undefined);
    try {
      const body = {
        token: token || text('token'),
        name: text('name'),
        email: text('email'),
        password: text('password'),
        organisation: text('organisation'),
        timeZone: timeZone ?? 'UTC',
        locale: language,
      };
      const me = await client.call(setup, { body: { ...body, ...(begin === 'demo' && { demo: language }) } });
      setSessionState('open');
      queryClient.setQueryData(meQuery.queryKey, me);
      await navigate('/');
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Door>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap={12}>
          <Title order={1} fz={20}>
            {t('setup.title')}
          </Title>
          <Text>{t('setup.intro')}</Text>
          <Refusal error={error} />
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
            error={fault('timeZone')}
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
          <Radio.Group value={begin} onChange={setBegin} label={t('setup.begin')}>
            <Stack gap={8} mt={4}>
              <Radio value="empty" label={t('setup.empty')} />
              <Radio value="demo" label={t('setup.demo')} description={t('setup.demoHelp')} />
            </Stack>
          </Radio.Group>
          <Button type="submit" loading={busy} fullWidth>
            {t('setup.submit')}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
