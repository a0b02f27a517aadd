import { Button } from '@mantine/core';
import { IconLink, IconPlaylistAdd } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { AuditTrail } from '../audit/audit-trail.tsx';
import { RelatedList } from '../grid/related-list.tsx';
import { keyKind } from '../keys/key-kind.tsx';
import { RecordTabs } from '../ui/record-tabs.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { AddExistingKeys } from './add-existing-keys.tsx';
import type { License } from './license-kind.tsx';

/** The keys of a license, and what was recorded about it. */
export function LicenseTabs({ license }: { license: License }) {
  const { title } = useWords();
  return (
    <RecordTabs
      tabs={[
        { value: 'keys', label: title('key'), content: () => <Keys license={license} /> },
        {
          value: 'audit',
          label: title('auditEntry'),
          content: () => <AuditTrail query={{ subject: `license:${license.id}` }} />,
        },
      ]}
    />
  );
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
        <Button
          component={Link}
          to={`/keys/add-many?licenseId=${license.id}`}
          variant="default"
          leftSection={<IconPlaylistAdd size={16} />}
        >
          {t('licenses.addMany')}
        </Button>
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
