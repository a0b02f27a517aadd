import { DateInput, type DateInputProps } from '@mantine/dates';
import { useMemo, useRef } from 'react';
import { tellCalendar } from '../words/calendar-words.ts';
import { useWords } from '../words/use-words.ts';
import { CalendarButton } from './calendar-button.tsx';

/** A day, typed or chosen, as the reader writes it; days travel as YYYY-MM-DD. `bare` has no calendar to press. */
export function DayInput({ bare = false, readOnly, ...props }: DateInputProps & { bare?: boolean }) {
  const { vocabulary, manner, t } = useWords();
  useMemo(() => tellCalendar(vocabulary), [vocabulary]);
  const box = useRef<HTMLInputElement>(null);
  const sign = !bare &&
    !readOnly && { leftSection: <CalendarButton input={box} />, leftSectionPointerEvents: 'all' as const };
  return (
    <DateInput
      {...sign}
      ref={box}
      readOnly={readOnly ?? false}
      valueFormat={manner.dayFormat}
      dateParser={parseDay}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      clearButtonProps={{ 'aria-label': t('grid.clear') }}
      autoComplete="off"
      {...props}
    />
  );
}

/** 2026-12-31, 31.12.2026 and 31.12.26 are read; anything else is no day. */
function parseDay(typed: string): string | null {
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
