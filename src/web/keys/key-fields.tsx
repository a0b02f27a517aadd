import type { ReactNode } from 'react';
import { listLicenses } from '../../contract/licenses.ts';
import { keyTypes } from '../../domain/key-rules.ts';
import { keyFields } from '../../domain/records/key.ts';
import { inSection } from '../../domain/records/plain-field.ts';
import { AttributeFields } from '../form/attribute-fields.tsx';
import { ChoiceField, DayField, LongTextField, NumberField, TextField } from '../form/fields.tsx';
import formClasses from '../form/form.module.css';
import { useForm } from '../form/form-context.ts';
import { CustomerField, ProductField } from '../form/owner-fields.tsx';
import { PlainFieldsOf } from '../form/plain-fields.tsx';
import { ReferenceField } from '../form/reference-field.tsx';
import { Section } from '../form/section.tsx';
import { useAttributes } from '../grid/use-attributes.ts';
import { HowFar } from '../ui/day-with-hint.tsx';
import { useWords } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';
import classes from './keys.module.css';

type Named = { id: string; name: string };
/** The records a form begins with, by name. */
export type Chosen = {
  product: Named | undefined;
  license: Named | null | undefined;
  customer: Named | null | undefined;
};
type Props = {
  /** What stands in the first row of a new key: the license key. */
  first?: ReactNode;
  /** The record as it is; none while it is new. */
  item: Key | undefined;
  chosen: Chosen;
};

/** The form of a key in the three sections of the guide. */
export function KeyFields({ first, item, chosen }: Props) {
  const { t } = useWords();
  const { form } = useForm();
  const hasDates = form.values.keyType !== 'permanent';
  return (
    <>
      <Section title={t('keys.sections.identification')}>
        {first}
        <ProductField chosen={chosen.product} />
        <Type />
        {hasDates && <DayField field="validityStart" required={form.values.keyType === 'timeLimited'} />}
        {hasDates && <End item={item} />}
        <PlainFieldsOf fields={inSection(keyFields, 'identification')} />
      </Section>
      <OtherFields item={item} chosen={chosen} />
    </>
  );
}

function OtherFields({ item, chosen }: Omit<Props, 'first'>) {
  const { t, title } = useWords();
  const attributes = useAttributes('key');
  return (
    <>
      <Section title={t('keys.sections.information')}>
        <License chosen={chosen.license} />
        <CustomerField chosen={chosen.customer} />
        <NumberField field="seats" />
        {!item && <TextField field="userName" />}
        <PlainFieldsOf
          fields={inSection(keyFields, 'information')}
          instead={{
            purchaseDate: (
              <div>
                <DayField field="purchaseDate" />
                <Inherited item={item} field="purchaseDate" />
              </div>
            ),
            termsOfUse: (
              <div className={item ? formClasses.two : formClasses.wide}>
                <LongTextField field="termsOfUse" />
                <Inherited item={item} field="termsOfUse" />
              </div>
            ),
            remarks: (
              <div className={formClasses.wide}>
                <LongTextField field="remarks" />
              </div>
            ),
          }}
        />
      </Section>
      {attributes.length > 0 && (
        <Section title={t('keys.sections.attributes')}>
          <AttributeFields record="key" />
        </Section>
      )}
      {attributes.length === 0 && (
        <Section title={t('keys.sections.attributes')}>
          <p className="help">{t('keys.noAttributes', { title: title('key') })}</p>
        </Section>
      )}
    </>
  );
}

export function Type() {
  const { value } = useWords();
  return (
    <ChoiceField
      field="keyType"
      required
      choices={keyTypes.map((type) => ({ value: type, label: value('keyType', type) }))}
    />
  );
}

/** The end with how far it is, while it is as it was saved. */
function End({ item }: { item: Key | undefined }) {
  const { form } = useForm();
  const isSaved = item !== undefined && !form.changed.includes('validityEnd');
  return (
    <div>
      <DayField field="validityEnd" required />
      {isSaved && <HowFar day={item.validityEnd} />}
    </div>
  );
}

/** Licenses of the key's own product, where that is known. */
export function License({ chosen }: { chosen: Named | null | undefined }) {
  const { label } = useWords();
  const { productId } = useForm().form.values;
  return (
    <ReferenceField
      field="licenseId"
      label={label('key', 'license')}
      list={listLicenses}
      query={{ archived: 'false', ...(typeof productId === 'string' && productId !== '' && { productId }) }}
      chosen={chosen}
      nameOf={({ product, orderNumber }: LicenseItem) => [product.name, orderNumber].filter(Boolean).join(' · ')}
    />
  );
}

type LicenseItem = { product: Named; orderNumber: string | null };

/** What the key has from its license while it says nothing of its own. */
function Inherited({ item, field }: { item: Key | undefined; field: 'purchaseDate' | 'termsOfUse' }) {
  const { t, day } = useWords();
  if (!item?.inherited.includes(field)) return null;
  const value = field === 'purchaseDate' ? day(item.purchaseDate) : item.termsOfUse;
  return <p className={classes.note}>{t('keys.inherited', { value })}</p>;
}
