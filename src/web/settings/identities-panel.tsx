import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getSignInWays, linkIdentity, listIdentities, unlinkIdentity } from '../../contract/sign-in.ts';
import { client, newIntent } from '../api/client.ts';
import { useSubmit } from '../sign-in/use-submit.ts';
import { Refusal } from '../ui/refusal.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';
import { useAction } from './use-action.ts';

/** My accounts at the provider of single sign-on; nothing where there is no provider and no account. */
export function IdentitiesPanel() {
  const { t, moment } = useWords();
  const ways = useQuery({ queryKey: ['sign-in-ways'], queryFn: () => client.call(getSignInWays) }).data;
  const found = useQuery({ queryKey: ['identities'], queryFn: () => client.call(listIdentities) }).data;
  const unlinking = useAction(
    (id: string) => client.call(unlinkIdentity, { params: { id } }),
    t('settings.identities.unlinked'),
  );
  const linking = useSubmit(async () => {
    const { url } = await client.call(linkIdentity, { idempotencyKey: newIntent() });
    window.location.assign(url);
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
              <VerbButton key="unlink" size="compact-sm" onClick={() => unlinking.mutate(id)}>
                {t('settings.identities.unlink')}
              </VerbButton>,
            ],
          }))}
        />
      )}
      {ways?.singleSignOn && (
        <form onSubmit={linking.onSubmit}>
          <Refusal error={linking.error} />
          <Button type="submit" variant="default" loading={linking.busy}>
            {t('settings.identities.link')}
          </Button>
        </form>
      )}
    </Panel>
  );
}
