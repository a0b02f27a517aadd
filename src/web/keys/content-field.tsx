import { deliveries } from '../../domain/deliveries.ts';
import { ChoiceField } from '../form/fields.tsx';
import formClasses from '../form/form.module.css';
import { useForm } from '../form/form-context.ts';
import { useField } from '../form/use-field.ts';
import { useWords } from '../words/use-words.ts';
import type { GivenFile } from './license-file.ts';
import { LicenseFileInput } from './license-file-input.tsx';
import { LicenseKeyField } from './license-key-field.tsx';
import { OtherKey } from './other-key.tsx';

type Props = {
  /** Records it although another key is spelled alike: the id of that key (administrators). */
  onAllowSimilar: (id: string) => void;
};

/** How a new key is delivered, and what it is delivered as (K18). */
export function ContentField({ onAllowSimilar }: Props) {
  const { value } = useWords();
  const { delivery } = useForm().form.values;
  return (
    <>
      {delivery === 'key' && <LicenseKeyField onAllowSimilar={onAllowSimilar} />}
      {delivery === 'file' && <LicenseFileField />}
      <ChoiceField
        field="delivery"
        required
        choices={deliveries.map((name) => ({ value: name, label: value('delivery', name) }))}
      />
    </>
  );
}

/** The license file of a new record, kept in no draft. */
function LicenseFileField() {
  const { t } = useWords();
  const { form } = useForm();
  const { value, set, props } = useField('licenseFile');
  const taken = form.problem?.code === 'license_key_taken' ? form.problem : undefined;
  return (
    <div className={formClasses.wide}>
      <LicenseFileInput
        label={props.label}
        help={props.description}
        error={taken ? t('keys.file.notUnique') : props.error}
        // Nothing else is set there.
        value={(value as GivenFile | null | undefined) ?? undefined}
        onChange={set}
      />
      {taken?.existing && <OtherKey id={taken.existing.id} />}
    </div>
  );
}
