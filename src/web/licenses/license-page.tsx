import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { createLicense, deleteLicense, getLicense, updateLicense } from '../../contract/licenses.ts';
import { useMe } from '../api/me.ts';
import { spreadAttributes } from '../form/attribute-values.ts';
import { type StoredKind, StoredPage } from '../record/stored-page.tsx';
import { LicenseFields } from './license-fields.tsx';
import { type License, licenseKind, licenseName } from './license-kind.tsx';
import { useLicenseFacts } from './use-license-facts.tsx';
import { useLicenseKeysTab } from './use-license-keys-tab.tsx';

const licenses: StoredKind<License> = {
  kind: licenseKind,
  action: 'licenses.write',
  endpoints: { create: createLicense, get: getLicense, update: updateLicense, remove: deleteLicense },
  newTitle: 'licenses.new',
  fieldsOf: ({ product, attributes, ...fields }) => ({
    ...fields,
    productId: product.id,
    ...spreadAttributes(attributes),
  }),
  useBeginning: () => {
    const me = useMe();
    const [params] = useSearchParams();
    const productId = params.get('productId');
    const customerId = params.get('customerId') ?? me?.houseId;
    return useMemo(() => ({ quantity: 1, productId, customerId }), [productId, customerId]);
  },
  Fields: LicenseFields,
  useShown: (license) => ({
    title: licenseName(license),
    facts: useLicenseFacts(license),
    log: { subject: `license:${license.id}` },
    tabs: [useLicenseKeysTab(license)],
  }),
};

/** One license: what was bought, how many, until when, and its keys. */
export function Component() {
  return <StoredPage of={licenses} />;
}
