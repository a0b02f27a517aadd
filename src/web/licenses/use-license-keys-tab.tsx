import { IconKey, IconLink, IconPlaylistAdd } from '@tabler/icons-react';
import { useState } from 'react';
import { listKeys } from '../../contract/keys.ts';
import { useMay } from '../api/me.ts';
import { RelatedList } from '../grid/related-list.tsx';
import { keyKind } from '../keys/key-kind.tsx';
import { useCount } from '../record/use-count.ts';
import { LinkButton } from '../ui/link-button.tsx';
import type { Tab } from '../ui/record-tabs.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { AddExistingKeys } from './add-existing-keys.tsx';
import type { License } from './license-kind.tsx';

/** The keys of a license. */
export function useLicenseKeysTab(license: License): Tab {
  const { title } = useWords();
  const count = useCount({ list: listKeys, query: { licenseId: license.id } });
  return { value: 'keys', label: title('key'), Icon: IconKey, count, content: () => <Keys license={license} /> };
}

function Keys({ license }: { license: License }) {
  const { t } = useWords();
  const may = useMay();
  const [isAdding, setAdding] = useState(false);
  const why = may('keys.update') ? undefined : t('stored.onlyAdministrators');
  const actions = (
    <>
      <VerbButton leftSection={<IconLink size={16} />} why={why} onClick={() => setAdding(true)}>
        {t('licenses.addExisting')}
      </VerbButton>
      {may('keys.create') && (
        <LinkButton to={`/keys/add-many?licenseId=${license.id}`} Icon={IconPlaylistAdd} word={t('licenses.addMany')} />
      )}
    </>
  );
  return (
    <>
      <RelatedList kind={keyKind} query={{ licenseId: license.id }} without={['product']} actions={actions} />
      {isAdding && <AddExistingKeys license={license} close={() => setAdding(false)} />}
    </>
  );
}
