import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getSignInWays, linkIdentity, listIdentities, unlinkIdentity } from '../../contract/sign-in.ts';
import { client, readAnew } from '../api/client.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';

/** My accounts at the provider of single sign-on; nothing where there is no provider and no account. */
export function IdentitiesPanel() {
  const { t, moment } = useWords();
  const ways = useQuery({ queryKey: ['sign-in-ways'], queryFn: () => client.call(getSignInWays) }).data;
  const found = useQuery({ queryKey: ['identities'], queryFn: () => client.call(listIdentities) }).data;
  const unlinking = useVerb((send, id: string) => send(unlinkIdentity, { params: { id } }), {
    said: t('settings.identities.unlinked'),
    refusals: 'toast',
    onDone: readAnew,
  });
  const linking = useVerb((send) => send(linkIdentity), {
    onDone: ({ url }) => window.location.assign(url),
  });
  const items = found?.items ?? [];
  if (!ways?.singleSignOn && items.length === 0) return null;
  return (
    <Panel title={t('settings.identities.title')} intro={t('settings.identities.intro')}>
      {items.length === 0 ? (
        <Text mb={12}>{t('settings.identities.none')}</Text>
      ) : (
        <PlainTable
          heads={[
            t('settings.identities.subject'),
            t('settings.identities.issuer'),
            t('settings.identities.since'),
            '',
          ]}
          rows={items.map(({ id, issuer, subject, createdAt }) => ({
            key: id,
            cells: [
              subject,
              issuer,
              moment(createdAt),
              <VerbButton key="unlink" size="compact-sm" onClick={() => void unlinking.run(id)}>
                {t('settings.identities.unlink')}
              </VerbButton>,
            ],
          }))}
        />
      )}
      {ways?.singleSignOn && (
        <>
          <VerbNotice verb={linking} />
          <Button variant="default" loading={linking.busy} onClick={() => void linking.run()}>
            {t('settings.identities.link')}
          </Button>
        </>
      )}
    </Panel>
  );
}
