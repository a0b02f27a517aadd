import { IconCertificate, IconDeviceLaptop, IconKey, IconPlus } from '@tabler/icons-react';
import { useMay } from '../api/me.ts';
import { equipmentKind } from '../equipment/equipment-kind.tsx';
import type { ListKind } from '../grid/list-kind.ts';
import { RelatedList } from '../grid/related-list.tsx';
import { keyKind } from '../keys/key-kind.tsx';
import { licenseKind } from '../licenses/license-kind.tsx';
import { useCount } from '../record/use-count.ts';
import { LinkButton } from '../ui/link-button.tsx';
import type { Tab } from '../ui/record-tabs.tsx';
import { useWords } from '../words/use-words.ts';
import type { Customer } from './customer-kind.tsx';

/** The units, keys and licenses of a customer. */
export function useCustomerTabs({ id }: Customer): [Tab, Tab, Tab] {
  const may = useMay();
  const units = useListTab(equipmentKind, id, IconDeviceLaptop, may('equipment.create') && 'customers.newUnit');
  const keys = useListTab(keyKind, id, IconKey, may('keys.create') && 'keys.new');
  const licenses = useListTab(licenseKind, id, IconCertificate, may('licenses.write') && 'licenses.new');
  return [units, keys, licenses];
}

function useListTab<Item>(kind: ListKind<Item>, customerId: string, Icon: Tab['Icon'], word: string | false): Tab {
  const { t, title } = useWords();
  const query = { customerId };
  const count = useCount({ list: kind.endpoint, query });
  const add = word && <LinkButton to={`/${kind.name}/new?customerId=${customerId}`} Icon={IconPlus} word={t(word)} />;
  return {
    value: kind.name,
    label: title(kind.record),
    ...(Icon && { Icon }),
    count,
    content: () => <RelatedList kind={kind} query={query} without={['customer']} actions={add} />,
  };
}
