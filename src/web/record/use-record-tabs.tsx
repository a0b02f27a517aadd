import { IconClipboardList, IconListDetails } from '@tabler/icons-react';
import { AuditTrail } from '../audit/audit-trail.tsx';
import type { Entry } from '../audit/fold-entries.ts';
import { useHelp } from '../form/use-help.ts';
import type { Tab } from '../ui/record-tabs.tsx';
import { useWords } from '../words/use-words.ts';
import { AllFields } from './all-fields.tsx';
import { LastInLog } from './last-in-log.tsx';
import type { RecordView } from './record-view.ts';

type Log = { items: Entry[]; total: number } | undefined;

/** The tabs of a record: where it is used, with what was recorded last below; its log; and all its fields. */
export function useRecordTabs<Item>(view: RecordView<Item>, log: Log): Tab[] {
  const { t, title, number } = useWords();
  const { record, describe } = view.scope;
  const helpOf = useHelp(record, describe);
  const [first, ...others] = view.tabs;
  return [
    {
      ...first,
      content: () => (
        <>
          {first.content()}
          {log && <LastInLog log={log} withoutKey={'keyId' in view.log} />}
        </>
      ),
    },
    ...others,
    {
      value: 'audit',
      label: title('auditEntry'),
      Icon: IconClipboardList,
      count: log && number(log.total),
      content: () => <AuditTrail query={view.log} />,
    },
    ...(view.laterTabs ?? []),
    {
      value: 'fields',
      label: t('record.fields'),
      Icon: IconListDetails,
      content: () => (
        <AllFields facts={view.facts} helpOf={(field) => (field === 'id' ? t('record.idHelp') : helpOf(field))} />
      ),
    },
  ];
}
