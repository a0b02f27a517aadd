import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { DayInput } from '../ui/day-input.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './form.module.css';
import { useField } from './use-field.ts';

type Props = { field: string; label?: string; required?: boolean; mono?: boolean };

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const input = (mono = false) => ({
  wrapper: classes.wrapper ?? '',
  input: mono ? `${classes.input} mono` : (classes.input ?? ''),
});

export function TextField({ field, label, required = false, mono = false }: Props) {
  const { value, set, props } = useField(field, label);
  return (
    <TextInput
      {...props}
      required={required}
      classNames={input(mono)}
      value={text(value)}
      onChange={(event) => set(event.currentTarget.value)}
      autoComplete="off"
      spellCheck={!mono}
    />
  );
}

export function LongTextField({ field, label }: Props) {
  const { value, set, props } = useField(field, label);
  return (
    <Textarea
      {...props}
      classNames={input()}
      autosize
      minRows={2}
      maxRows={12}
      value={text(value)}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

export function NumberField({ field, label, required = false, decimals = 0 }: Props & { decimals?: number }) {
  const { value, set, props } = useField(field, label);
  const { manner } = useWords();
  return (
    <NumberInput
      {...props}
      required={required}
      classNames={input()}
      value={typeof value === 'number' ? value : ''}
      onChange={(changed) => set(typeof changed === 'number' ? changed : changed === '' ? null : Number(changed))}
      decimalScale={decimals}
      decimalSeparator={manner.decimalSign}
      hideControls
      min={0}
    />
  );
}

export function DayField({ field, label, required = false }: Props) {
  const { value, set, props } = useField(field, label);
  return (
    <DayInput
      {...props}
      required={required}
      classNames={input()}
      value={text(value) || null}
      onChange={set}
      clearable={!props.readOnly}
    />
  );
}

export function ChoiceField({
  field,
  label,
  required = false,
  choices,
}: Props & { choices: { value: string; label: string }[] }) {
  const { value, set, props } = useField(field, label);
  return (
    <Select
      {...props}
      required={required}
      classNames={input()}
      data={choices}
      value={text(value) || null}
      onChange={set}
      allowDeselect={!required}
    />
  );
}

export function YesNoField({ field, label }: Props) {
  const { value, set, props } = useField(field, label);
  const { label: words, description, error, readOnly } = props;
  return (
    <Checkbox
      label={words}
      description={description}
      error={error}
      disabled={readOnly}
      checked={value === true}
      onChange={(event) => set(event.currentTarget.checked)}
    />
  );
}
