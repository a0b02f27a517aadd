import { equipmentStatuses } from '../../contract/equipment.ts';
import { AttributeFields } from '../form/attribute-fields.tsx';
import { ChoiceField, LongTextField, TextField } from '../form/fields.tsx';
import { CustomerField } from '../form/owner-fields.tsx';
import { Section } from '../form/record-page.tsx';
import { useAttributes } from '../grid/use-attributes.ts';
import { useWords } from '../words/use-words.ts';

/** The fields of a unit (E2). */
export function UnitFields({ customer }: { customer: { id: string; name: string } | undefined }) {
  const { t, value } = useWords();
  const hasAttributes = useAttributes('equipment').length > 0;
  return (
    <>
      <Section title={t('equipment.identification')}>
        <TextField field="name" required />
        <TextField field="serialNumber" mono />
        <TextField field="assetTag" mono />
        <CustomerField chosen={customer} required={false} />
        <ChoiceField
          field="status"
          choices={equipmentStatuses.map((status) => ({ value: status, label: value('equipmentStatus', status) }))}
          required
        />
        <TextField field="code" />
      </Section>
      <Section title={t('equipment.information')}>
        <TextField field="type" />
        <TextField field="manufacturer" />
        <TextField field="model" />
        <TextField field="location" />
        <LongTextField field="remarks" />
      </Section>
      {hasAttributes && (
        <Section title={t('equipment.attributes')}>
          <AttributeFields record="equipment" />
        </Section>
      )}
    </>
  );
}
