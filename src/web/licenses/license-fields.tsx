import { licenseFields } from '../../domain/records/license.ts';
import { inSection } from '../../domain/records/plain-field.ts';
import { useMe } from '../api/me.ts';
import { AttributeFields } from '../form/attribute-fields.tsx';
import { DayField, NumberField, TextField, YesNoField } from '../form/fields.tsx';
import { CustomerField, ProductField } from '../form/owner-fields.tsx';
import { PlainFieldsOf } from '../form/plain-fields.tsx';
import { Section } from '../form/section.tsx';
import { useAttributes } from '../grid/use-attributes.ts';
import { useWords } from '../words/use-words.ts';
import type { License } from './license-kind.tsx';

/** The fields of a license (E3). */
export function LicenseFields({ record: license }: { record: License | undefined }) {
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
        <PlainFieldsOf
          fields={inSection(licenseFields, 'identification')}
          instead={{
            noticeBy: (
              <>
                <DayField field="noticeBy" />
                <YesNoField field="renewsItself" />
              </>
            ),
          }}
        />
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
