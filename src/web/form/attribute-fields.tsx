import { attributeLabel, type RecordType } from '../../domain/attributes.ts';
import { useAttributes } from '../grid/use-attributes.ts';
import { useWords } from '../words/use-words.ts';
import { ChoiceField, DayField, NumberField, TextField, YesNoField } from './fields.tsx';

/** The dynamic features of a record, as an administrator has defined them. */
export function AttributeFields({ record }: { record: RecordType }) {
  const { language } = useWords();
  return useAttributes(record).map((attribute) => {
    const { name, kind, required, choices } = attribute;
    const props = { field: `attributes.${name}`, label: attributeLabel(attribute, language), required };
    switch (kind) {
      case 'date':
        return <DayField key={name} {...props} />;
      case 'number':
        return <NumberField key={name} {...props} decimals={6} />;
      case 'boolean':
        return <YesNoField key={name} {...props} />;
      case 'choice':
        return <ChoiceField key={name} {...props} choices={choices.map((value) => ({ value, label: value }))} />;
      default:
        return <TextField key={name} {...props} />;
    }
  });
}
