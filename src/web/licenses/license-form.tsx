import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { createLicense, deleteLicense, getLicense, updateLicense } from '../../contract/licenses.ts';
import { licenseFields } from '../../domain/records/license.ts';
import { inSection } from '../../domain/records/plain-field.ts';
import { useMay, useMe } from '../api/me.ts';
import { AttributeFields } from '../form/attribute-fields.tsx';
import { spreadAttributes } from '../form/attribute-values.ts';
import { describeBody } from '../form/describe.ts';
import { NumberField, TextField } from '../form/fields.tsx';
import { OpenedRecord } from '../form/opened-record.tsx';
import { CustomerField, ProductField } from '../form/owner-fields.tsx';
import { PlainFieldsOf } from '../form/plain-fields.tsx';
import { RecordPage, Section } from '../form/record-page.tsx';
import type { Values } from '../form/use-record-form.ts';
import { useStoredRecord } from '../form/use-stored-record.ts';
import { Neighbours } from '../grid/neighbours.tsx';
import { useAttributes } from '../grid/use-attributes.ts';
import { ArchiveAndDelete } from '../ui/archive-and-delete.tsx';
import { ArchivedBadge } from '../ui/archived-badge.tsx';
import { useWords } from '../words/use-words.ts';
import { LicenseFigures } from './license-figures.tsx';
import { type License, licenseKind, licenseName } from './license-kind.tsx';
import { LicenseTabs } from './license-tabs.tsx';

/** One license: what was bought, how many, until when, and its keys. */
export function Component() {
  return (
    <OpenedRecord<License>
      name="licenses"
      get={getLicense}
      show={(license) => <LicenseForm key={license?.id ?? 'new'} license={license} />}
    />
  );
}

const endpoints = { create: createLicense, get: getLicense, update: updateLicense };
const describe = describeBody(createLicense);

function fieldsOf({ product, attributes, ...fields }: License): Values {
  return { ...fields, productId: product.id, ...spreadAttributes(attributes) };
}

function LicenseForm({ license }: { license: License | undefined }) {
  const { t } = useWords();
  const may = useMay();
  const me = useMe();
  const [params] = useSearchParams();
  const productId = params.get('productId');
  const customerId = params.get('customerId') ?? me?.houseId;
  const initial = useMemo(
    () => (license ? fieldsOf(license) : { quantity: 1, productId, customerId }),
    [license, productId, customerId],
  );
  const { form, stale } = useStoredRecord({ name: 'licenses', record: license, initial, endpoints, fieldsOf });
  const mayWrite = may('licenses.write');
  const title = license ? licenseName(license) : t('licenses.new');
  return (
    <RecordPage
      title={title}
      beside={license?.archived && <ArchivedBadge />}
      status={license && <Neighbours kind={licenseKind} id={license.id} />}
      form={form}
      record="license"
      describe={describe}
      readOnly={!mayWrite}
      isNew={!license}
      stale={stale}
      actions={
        license && (
          <ArchiveAndDelete
            name="licenses"
            record={license}
            title={title}
            update={updateLicense}
            remove={deleteLicense}
            reason={mayWrite ? undefined : t('stored.onlyAdministrators')}
          />
        )
      }
      below={license && <LicenseTabs license={license} />}
    >
      {license && <LicenseFigures license={license} />}
      <Fields license={license} />
    </RecordPage>
  );
}

function Fields({ license }: { license: License | undefined }) {
  const { t } = useWords();
  const me = useMe();
  const hasAttributes = useAttributes('license').length > 0;
  const house = me && { id: me.houseId, name: me.organisation };
  return (
    <>
      <Section title={t('licenses.identification')}>
        <ProductField chosen={license?.product} />
        <CustomerField chosen={license?.customer ?? house} />
        <NumberField field="quantity" required />
        <PlainFieldsOf fields={inSection(licenseFields, 'identification')} />
      </Section>
      <Section title={t('licenses.purchase')}>
        <PlainFieldsOf
          fields={inSection(licenseFields, 'purchase')}
          instead={{
            currency: (
              <>
                <NumberField field="cost" decimals={2} />
                <TextField field="currency" />
              </>
            ),
          }}
        />
      </Section>
      <Section title={t('licenses.information')}>
        <PlainFieldsOf fields={inSection(licenseFields, 'information')} />
      </Section>
      {hasAttributes && (
        <Section title={t('licenses.attributes')}>
          <AttributeFields record="license" />
        </Section>
      )}
    </>
  );
}
