import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useRef } from 'react';
import { CalendarButton } from '../ui/calendar-button.tsx';
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
  const { language } = useWords();
  return (
    <NumberInput
      {...props}
      required={required}
      classNames={input()}
      value={typeof value === 'number' ? value : ''}
      onChange={(changed) => set(typeof changed === 'number' ? changed : changed === '' ? null : Number(changed))}
      decimalScale={decimals}
      decimalSeparator={language === 'de' ? ',' : '.'}
      hideControls
      min={0}
    />
  );
}

/** A day, typed or chosen; days travel as YYYY-MM-DD. */
export function DayField({ field, label, required = false }: Props) {
  const { value, set, props } = useField(field, label);
  const { language, t } = useWords();
  const box = useRef<HTMLInputElement>(null);
  return (
    <DateInput
      {...props}
      ref={box}
      leftSection={props.readOnly ? undefined : <CalendarButton input={box} />}
      leftSectionPointerEvents="all"
      required={required}
      classNames={input()}
      value={text(value) || null}
      onChange={set}
      valueFormat={language === 'de' ? 'DD.MM.YYYY' : 'D MMM YYYY'}
      dateParser={parseDay}
      clearable={!props.readOnly}
      clearButtonProps={{ 'aria-label': t('grid.clear') }}
    />
  );
}

/** 2026-12-31, 31.12.2026 and 31.12.26 are read; anything else is no day. */
export function parseDay(typed: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed.trim());
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})$/.exec(typed.trim());
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : german ? [german[3], german[2], german[1]] : [];
  if (year === undefined || month === undefined || day === undefined) {
    const parsed = new Date(typed);
    if (Number.isNaN(parsed.getTime())) return null;
    return `${parsed.getFullYear()}-${String(parsed.getMonth() + 1).padStart(2, '0')}-${String(parsed.getDate()).padStart(2, '0')}`;
  }
  return `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
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
