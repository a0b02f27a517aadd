import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { openSession } from '../../contract/people.ts';
import { finishSession, getSignInWays } from '../../contract/sign-in.ts';
import { client, problemOf, queryClient } from '../api/client.ts';
import { setSessionState } from '../api/session-state.ts';
import { useTitle } from '../frame/crumbs.tsx';
import { type Texts, withTexts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { CodeField, secondFactorBody } from './code.tsx';
import { Door } from './door.tsx';
import { Enrolment } from './enrolment.tsx';
import { SignOutButton } from './sign-out-button.tsx';

/** Only ways within this application lead on. */
function safeWay(to: string | null): string {
  return to?.startsWith('/') && !to.startsWith('//') && !to.includes('\\') ? to : '/';
}

/** Sign-in, a step at a time: who it is, the code that is still owed, the second factor that is still to be set up. */
export function Component() {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const goOn = async (): Promise<void> => {
    // Who is signed in is asked anew, and whether something is still owed.
    queryClient.clear();
    setSessionState('open');
    await navigate(safeWay(params.get('to')));
  };
  const step = params.get('step');
  return (
    <Door>
      {step === 'code' ? (
        <CodeStep goOn={goOn} />
      ) : step === 'enrolment' ? (
        <Enrolment goOn={goOn} />
      ) : (
        <PasswordStep goOn={goOn} problem={params.get('problem')} />
      )}
    </Door>
  );
}

type Step = { goOn: () => Promise<void> };

function PasswordStep({ goOn, problem }: Step & { problem: string | null }) {
  const { t } = useWords();
  const [needsCode, setNeedsCode] = useState(false);
  const verb = useVerb(async (send, field: Texts) => {
    const body = { email: field('email'), password: field('password'), ...secondFactorBody(field('code')) };
    try {
      await send(openSession, { body });
    } catch (refused) {
      if (problemOf(refused)?.code !== 'second_factor_needed') throw refused;
      setNeedsCode(true);
      return;
    }
    await goOn();
  });
  return (
    <form onSubmit={withTexts(verb.run)}>
      <Head title={t('signIn.title')}>
        {problem !== null && verb.error === undefined && <SingleSignOnProblem code={problem} />}
        <VerbNotice verb={verb} />
        <TextInput name="email" type="email" label={t('signIn.email')} autoComplete="username" required autoFocus />
        <PasswordInput name="password" label={t('signIn.password')} autoComplete="current-password" required />
        {needsCode && <CodeField />}
        <Button type="submit" loading={verb.busy} fullWidth>
          {t('signIn.submit')}
        </Button>
        <SingleSignOn />
        <Text className="help">{t('signIn.help')}</Text>
      </Head>
    </form>
  );
}

function Head({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <Stack gap={16}>
      <Title order={1} fz={20}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** The provider's sign-in, where there is one. */
function SingleSignOn() {
  const { t } = useWords();
  const ways = useQuery({ queryKey: ['sign-in-ways'], queryFn: () => client.call(getSignInWays) }).data;
  if (!ways?.singleSignOn) return null;
  return (
    <Button component="a" href="/api/v1/session/oidc" variant="default" leftSection={<IconLogin2 size={16} />}>
      {t('signIn.singleSignOn')}
    </Button>
  );
}

/** Why single sign-on led back here. */
function SingleSignOnProblem({ code }: { code: string }) {
  const { t } = useWords();
  const { i18n } = useTranslation();
  const word: string = `signIn.problem.${code}`;
  return (
    <Alert color="red" variant="light" role="alert">
      {i18n.exists(word) ? t(word) : t('signIn.problem.other')}
    </Alert>
  );
}

/** After single sign-on: the code of the second factor is still owed. */
function CodeStep({ goOn }: Step) {
  const { t } = useWords();
  const verb = useVerb(async (send, field: Texts) => {
    await send(finishSession, { body: secondFactorBody(field('code')) });
    await goOn();
  });
  return (
    <form onSubmit={withTexts(verb.run)}>
      <Head title={t('signIn.codeTitle')}>
        <VerbNotice verb={verb} />
        <CodeField />
        <Button type="submit" loading={verb.busy} fullWidth>
          {t('signIn.goOn')}
        </Button>
        <SignOutButton />
      </Head>
    </form>
  );
}
