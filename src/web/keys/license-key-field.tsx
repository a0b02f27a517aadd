import { Button, TextInput } from '@mantine/core';
import formClasses from '../form/form.module.css';
import { useForm } from '../form/form-context.ts';
import { useField } from '../form/use-field.ts';
import { faultWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import classes from './keys.module.css';
import { OtherKey } from './other-key.tsx';
import { readLicenseKey } from './read-license-key.ts';

type Props = {
  /** Records it although another key is spelled alike: the id of that key (administrators). */
  onAllowSimilar: (id: string) => void;
};

/** The license key of a new record: judged while it is typed, kept in no draft. */
export function LicenseKeyField({ onAllowSimilar }: Props) {
  const words = useWords();
  const { t } = words;
  const { form } = useForm();
  const { value, set, props } = useField('licenseKey');
  const text = typeof value === 'string' ? value : '';
  const read = text === '' ? undefined : readLicenseKey(text);
  const taken = form.problem?.code === 'license_key_taken' ? form.problem : undefined;
  const fault = read && 'fault' in read ? faultWords(read.fault, words) : undefined;
  const warnings = read && 'key' in read ? read.key.warnings : [];
  return (
    <div className={`${formClasses.wide} ${classes.newKey}`}>
      <TextInput
        {...props}
        required
        autoFocus
        classNames={{ wrapper: formClasses.wrapper ?? '', input: `${formClasses.input} mono` }}
        value={text}
        onChange={(event) => set(event.currentTarget.value)}
        error={fault ?? (taken ? t('keys.notUnique') : props.error)}
        autoComplete="off"
        spellCheck={false}
      />
      {warnings.map((warning) => (
        <p key={warning.code} className={classes.warning} role="status">
          {faultWords(warning, words)}
        </p>
      ))}
      {taken?.existing && (
        <OtherKey id={taken.existing.id}>
          <Button variant="default" size="xs" onClick={() => taken.existing && onAllowSimilar(taken.existing.id)}>
            {t('keys.notTheSame')}
          </Button>
          <span className="help">{t('keys.notTheSameHelp')}</span>
        </OtherKey>
      )}
    </div>
  );
}
