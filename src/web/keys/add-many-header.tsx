import { DayField, NumberField } from '../form/fields.tsx';
import { useForm } from '../form/form-context.ts';
import { CustomerField, ProductField } from '../form/owner-fields.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './add-many.module.css';
import { type Chosen, License, Type } from './key-fields.tsx';

/** What all pasted keys have in common. */
export function AddManyHeader({ chosen }: { chosen: Chosen }) {
  const { t } = useWords();
  const { form } = useForm();
  const { keyType } = form.values;
  return (
    <section className={classes.header} aria-label={t('keys.many.header')}>
      <ProductField chosen={chosen.product} />
      <Type />
      {keyType !== 'permanent' && <DayField field="validityStart" required={keyType === 'timeLimited'} />}
      {keyType !== 'permanent' && <DayField field="validityEnd" required />}
      <License chosen={chosen.license} />
      <CustomerField chosen={chosen.customer} />
      <NumberField field="seats" />
    </section>
  );
}
