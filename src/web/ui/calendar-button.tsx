import { ActionIcon } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useWords } from '../words/use-words.ts';

/** Opens the calendar of a day's field; typing works beside it. By keyboard the field itself opens it. */
export function CalendarButton({ input }: { input: RefObject<HTMLInputElement | null> }) {
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
