import { IconCertificate, IconKey, IconPlaylistAdd, IconPlus } from '@tabler/icons-react';
import { useMay } from '../api/me.ts';
import { RelatedList } from '../grid/related-list.tsx';
import { keyKind } from '../keys/key-kind.tsx';
import { licenseKind } from '../licenses/license-kind.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import type { Tab } from '../ui/record-tabs.tsx';
import { useWords } from '../words/use-words.ts';
import type { Product } from './product-kind.tsx';

/** The keys and licenses of a product. */
export function useProductTabs({ id, keyCount, licenseCount }: Product): [Tab, Tab] {
  const { title, number } = useWords();
  const related = { query: { productId: id }, without: ['product'] };
  return [
    {
      value: 'keys',
      label: title('key'),
      Icon: IconKey,
      count: number(keyCount),
      content: () => <RelatedList kind={keyKind} {...related} actions={<AddKeys id={id} />} />,
    },
    {
      value: 'licenses',
      label: title('license'),
      Icon: IconCertificate,
      count: number(licenseCount),
      content: () => <RelatedList kind={licenseKind} {...related} actions={<AddLicense id={id} />} />,
    },
  ];
}

function AddKeys({ id }: { id: string }) {
  const { t } = useWords();
  const may = useMay();
  if (!may('keys.create')) return null;
  return (
    <>
      <LinkButton to={`/keys/new?productId=${id}`} Icon={IconPlus} word={t('keys.new')} />
      <LinkButton to={`/keys/add-many?productId=${id}`} Icon={IconPlaylistAdd} word={t('keys.addMany')} />
    </>
  );
}

function AddLicense({ id }: { id: string }) {
  const { t } = useWords();
  const may = useMay();
  return (
    may('licenses.write') && (
      <LinkButton to={`/licenses/new?productId=${id}`} Icon={IconPlus} word={t('licenses.new')} />
    )
  );
}
