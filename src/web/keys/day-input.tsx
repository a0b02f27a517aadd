import { DateInput } from '@mantine/dates';
import { useRef } from 'react';
import { parseDay } from '../form/fields.tsx';
import { CalendarButton } from '../ui/calendar-button.tsx';
import { useWords } from '../words/use-words.ts';

type Props = {
  label: string;
  value: string | null;
  onChange: (day: string | null) => void;
  help?: string | undefined;
  error?: string | undefined;
  minDate?: string;
  maxDate?: string;
};

/** A day of a dialog, typed or chosen. */
export function DayInput({ help, error, ...props }: Props) {
  const { language } = useWords();
  const box = useRef<HTMLInputElement>(null);
  return (
    <DateInput
      {...props}
      ref={box}
      leftSection={<CalendarButton input={box} />}
      leftSectionPointerEvents="all"
      dateParser={parseDay}
      description={help}
      error={error}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      valueFormat={language === 'de' ? 'DD.MM.YYYY' : 'D MMM YYYY'}
      popoverProps={{ withinPortal: true }}
    />
  );
}
