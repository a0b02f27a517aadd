import { Button } from '@mantine/core';
import { IconCertificate, IconKey, IconPlaylistAdd, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { RelatedList } from '../grid/related-list.tsx';
import { keyKind } from '../keys/key-kind.tsx';
import { licenseKind } from '../licenses/license-kind.tsx';
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
      <Button component={Link} to={`/keys/new?productId=${id}`} variant="default" leftSection={<IconPlus size={16} />}>
        {t('keys.new')}
      </Button>
      <Button
        component={Link}
        to={`/keys/add-many?productId=${id}`}
        variant="default"
        leftSection={<IconPlaylistAdd size={16} />}
      >
        {t('keys.addMany')}
      </Button>
    </>
  );
}

function AddLicense({ id }: { id: string }) {
  const { t } = useWords();
  const may = useMay();
  if (!may('licenses.write')) return null;
  return (
    <Button
      component={Link}
      to={`/licenses/new?productId=${id}`}
      variant="default"
      leftSection={<IconPlus size={16} />}
    >
      {t('licenses.new')}
    </Button>
  );
}
