import { isLabelled } from '../../domain/labels.ts';
import { useWords } from '../words/use-words.ts';
import { useForm } from './form-context.ts';
import { useHelp } from './use-help.ts';

/** What every field has: its label, its help, its fault, and what it said before it was changed. */
export function useField(field: string, ownLabel?: string) {
  const { form, record, describe, readOnly, say } = useForm();
  const { t, label, vocabulary } = useWords();
  const help = useHelp(record, describe)(field);
  const changed = form.changed.includes(field);
  const before = say?.(field, form.was(field)) ?? form.was(field);
  return {
    value: form.values[field],
    set: (value: unknown) => form.set(field, value),
    props: {
      label: ownLabel ?? (isLabelled(field, vocabulary) ? label(record, field) : field),
      description: changed && typeof before === 'string' && before !== '' ? t('form.was', { value: before }) : help,
      error: form.faultOf(field),
      readOnly,
      inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
      'data-changed': changed || undefined,
      'data-locked': readOnly || undefined,
    },
  };
}
