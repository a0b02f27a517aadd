import { useQuery } from '@tanstack/react-query';
import { listAssignments } from '../../contract/assignments.ts';
import { listAudit } from '../../contract/audit.ts';
import { listRenewals } from '../../contract/keys.ts';
import { client } from '../api/client.ts';
import { AuditTrail } from '../audit/audit-trail.tsx';
import { RecordTabs } from '../ui/record-tabs.tsx';
import { useWords } from '../words/use-words.ts';
import { FeaturesTab } from './features-tab.tsx';
import type { Key } from './key-kind.tsx';
import { RenewalsTab } from './renewals-tab.tsx';

const shown = 100;

/** Below the form of a key: where it is and was, what happened to it, and its renewals. */
export function KeyTabs({ item }: { item: Key }) {
  const { t, title, number } = useWords();
  const { id } = item;
  const features = useQuery({
    queryKey: ['assignments', 'of', id],
    queryFn: ({ signal }) => client.call(listAssignments, { query: { keyId: id, state: 'all', limit: shown }, signal }),
  });
  const audit = useQuery({
    queryKey: ['audit', 'count', id],
    queryFn: ({ signal }) => client.call(listAudit, { query: { keyId: id, limit: 1 }, signal }),
  });
  const renewals = useQuery({
    queryKey: ['keys', 'renewals', id],
    queryFn: ({ signal }) => client.call(listRenewals, { params: { id }, signal }),
  });
  const count = (total: number | undefined): string | undefined => (total === undefined ? undefined : number(total));
  return (
    <RecordTabs
      tabs={[
        {
          value: 'features',
          label: title('assignment'),
          count: count(features.data?.total),
          content: () => <FeaturesTab item={item} found={features} />,
        },
        {
          value: 'audit',
          label: title('auditEntry'),
          count: count(audit.data?.total),
          content: () => <AuditTrail query={{ keyId: id }} />,
        },
        {
          value: 'renewals',
          label: t('keys.renewals.title'),
          count: count(renewals.data?.items.length),
          content: () => <RenewalsTab item={item} found={renewals} />,
        },
      ]}
    />
  );
}
