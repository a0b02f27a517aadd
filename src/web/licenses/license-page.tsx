import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { createLicense, deleteLicense, getLicense, updateLicense } from '../../contract/licenses.ts';
import { useMe } from '../api/me.ts';
import { spreadAttributes } from '../form/attribute-values.ts';
import { describeBody } from '../form/describe.ts';
import { FormPage } from '../form/form-page.tsx';
import { OpenedRecord } from '../form/opened-record.tsx';
import type { Values } from '../form/use-record-form.ts';
import { useStoredScope } from '../form/use-stored-scope.ts';
import { WhyNot } from '../form/why-not.tsx';
import { RecordPage } from '../record/record-page.tsx';
import type { RecordView } from '../record/record-view.ts';
import { useArchiveAndDelete } from '../record/use-archive-and-delete.tsx';
import { ArchivedBadge } from '../ui/archived-badge.tsx';
import { useWords } from '../words/use-words.ts';
import { LicenseFields } from './license-fields.tsx';
import { type License, licenseKind, licenseName } from './license-kind.tsx';
import { useLicenseFacts } from './use-license-facts.tsx';
import { useLicenseKeysTab } from './use-license-keys-tab.tsx';

/** One license: what was bought, how many, until when, and its keys. */
export function Component() {
  return (
    <OpenedRecord<License>
      name="licenses"
      get={getLicense}
      show={(license) => <LicensePage key={license?.id ?? 'new'} license={license} />}
    />
  );
}

const endpoints = { create: createLicense, get: getLicense, update: updateLicense };
const describe = describeBody(createLicense);

function fieldsOf({ product, attributes, ...fields }: License): Values {
  return { ...fields, productId: product.id, ...spreadAttributes(attributes) };
}

function LicensePage({ license }: { license: License | undefined }) {
  const { t } = useWords();
  const me = useMe();
  const [params] = useSearchParams();
  const productId = params.get('productId');
  const customerId = params.get('customerId') ?? me?.houseId;
  const initial = useMemo(
    () => (license ? fieldsOf(license) : { quantity: 1, productId, customerId }),
    [license, productId, customerId],
  );
  const stored = { name: 'licenses', record: license, initial, endpoints, fieldsOf };
  const view = useStoredScope({ ...stored, as: 'license', action: 'licenses.write', describe });
  if (license) return <Opened license={license} {...view} />;
  return (
    <FormPage {...view.scope} isNew title={t('licenses.new')} actions={<WhyNot why={view.whyNotEdited} />}>
      <LicenseFields license={undefined} />
    </FormPage>
  );
}

type OpenedProps = Pick<RecordView<License>, 'scope' | 'stale' | 'whyNotEdited'> & { license: License };

function Opened({ license, ...view }: OpenedProps) {
  const title = licenseName(license);
  const { verbs, dialog } = useArchiveAndDelete({
    name: 'licenses',
    record: license,
    title,
    update: updateLicense,
    remove: deleteLicense,
    reason: view.whyNotEdited,
  });
  return (
    <>
      <RecordPage
        {...view}
        kind={licenseKind}
        id={license.id}
        title={title}
        beside={license.archived && <ArchivedBadge />}
        verbs={verbs}
        facts={useLicenseFacts(license)}
        log={{ subject: `license:${license.id}` }}
        tabs={[useLicenseKeysTab(license)]}
      >
        <LicenseFields license={license} />
      </RecordPage>
      {dialog}
    </>
  );
}
