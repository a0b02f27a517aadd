import { ActionIcon } from '@mantine/core';
import { DateInput, type DateInputProps } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { type RefObject, useMemo, useRef } from 'react';
import { tellCalendar } from '../words/calendar-words.ts';
import { readDay } from '../words/read-day.ts';
import { useWords } from '../words/use-words.ts';

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
      dateParser={(typed) => readDay(typed, manner)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      clearButtonProps={{ 'aria-label': t('grid.clear') }}
      autoComplete="off"
      {...props}
    />
  );
}

/** Opens the calendar of a day's field; typing works beside it. By keyboard the field itself opens it. */
function CalendarButton({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const { t } = useWords();
  return (
    <ActionIcon
      variant="transparent"
      c="var(--kb-ink-3)"
      tabIndex={-1}
      aria-label={t('keys.calendar')}
      onClick={() => input.current?.focus()}
    >
      <IconCalendar size={16} stroke={1.75} />
    </ActionIcon>
  );
}
