import { DateInput } from '@mantine/dates';
import { parseDay } from '../form/fields.tsx';
import { useWords } from '../words/use-words.ts';

type Props = {
  label: string;
  description?: string;
  value: string | null;
  onChange: (day: string | null) => void;
  error?: string | undefined;
};

/** A day outside a record's form. */
export function DayChoice(props: Props) {
  const { language, t } = useWords();
  return (
    <DateInput
      {...props}
      size="sm"
      valueFormat={language === 'de' ? 'DD.MM.YYYY' : 'D MMM YYYY'}
      dateParser={parseDay}
      clearable
      clearButtonProps={{ 'aria-label': t('grid.clear') }}
      autoComplete="off"
    />
  );
}
