import { equipmentStatuses } from '../../contract/equipment.ts';
import { equipmentFields } from '../../domain/records/equipment.ts';
import { inSection } from '../../domain/records/plain-field.ts';
import { AttributeFields } from '../form/attribute-fields.tsx';
import { ChoiceField, TextField } from '../form/fields.tsx';
import { CustomerField } from '../form/owner-fields.tsx';
import { PlainFieldsOf } from '../form/plain-fields.tsx';
import { Section } from '../form/section.tsx';
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
        <PlainFieldsOf fields={inSection(equipmentFields, 'identification')} />
        <CustomerField chosen={customer} required={false} />
        <ChoiceField
          field="status"
          choices={equipmentStatuses.map((status) => ({ value: status, label: value('equipmentStatus', status) }))}
          required
        />
      </Section>
      <Section title={t('equipment.information')}>
        <PlainFieldsOf fields={inSection(equipmentFields, 'information')} />
      </Section>
      {hasAttributes && (
        <Section title={t('equipment.attributes')}>
          <AttributeFields record="equipment" />
        </Section>
      )}
    </>
  );
}
