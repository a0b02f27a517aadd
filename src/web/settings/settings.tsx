import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { useMay } from '../api/me.ts';
import { PageHead } from '../ui/page-head.tsx';
import { RecordTabs } from '../ui/record-tabs.tsx';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import { FactorPanel } from './factor-panel.tsx';
import { Features } from './features.tsx';
import { IdentitiesPanel } from './identities-panel.tsx';
import { Integrity } from './integrity.tsx';
import { Jobs } from './jobs.tsx';
import { Organisation } from './organisation.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import { Users } from './users.tsx';

/** Settings: mine first, then what belongs to the organisation, as far as my role goes. */
export function Component() {
  const { t, title } = useWords();
  const may = useMay();
  useLinkedNotice();
  const tabs = [
    { value: 'account', label: t('account.label'), content: () => <MyAccount /> },
    ...(may('people.read') ? [{ value: 'users', label: title('user'), content: () => <Users /> }] : []),
    ...(may('attributes.write')
      ? [{ value: 'features', label: t('settings.tabs.features'), content: () => <Features /> }]
      : []),
    { value: 'organisation', label: t('settings.tabs.organisation'), content: () => <Organisation /> },
    ...(may('jobs.read') ? [{ value: 'jobs', label: t('settings.tabs.jobs'), content: () => <Jobs /> }] : []),
    ...(may('audit.verify')
      ? [{ value: 'integrity', label: t('settings.tabs.integrity'), content: () => <Integrity /> }]
      : []),
  ];
  return (
    <>
      <PageHead title={t('nav.settings')} />
      <RecordTabs tabs={tabs} />
    </>
  );
}

/** Single sign-on leads back here once an account is linked. */
function useLinkedNotice(): void {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const isLinked = params.get('linked') === 'true';
  useEffect(() => {
    if (!isLinked) return;
    toast({ title: t('settings.identities.linked') });
    setParams({ tab: 'account' }, { replace: true });
  }, [isLinked, setParams, t]);
}

/** What is mine: password, second factor, sessions, single sign-on and tokens. */
function MyAccount() {
  const may = useMay();
  return (
    <>
      <PasswordPanel />
      <FactorPanel />
      <SessionsPanel />
      <IdentitiesPanel />
      {may('tokens.create') && <TokensPanel />}
    </>
  );
}
