import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useWords } from '../words/use-words.ts';
import { onDifferents, rowMark } from './about.ts';
import type { ImportAnswer } from './mapping.ts';
import { OutcomeBadge } from './outcome-badge.tsx';
import classes from './preview.module.css';
import type { PreviewRow } from './preview-rows.ts';
import type { ImportScope } from './use-import.ts';

/** Whether a row says otherwise than its record, and another answer may be given for it alone. */
export function differs(row: PreviewRow, { mapping = {} }: ImportAnswer): boolean {
  if (row.faults.some(({ code }) => code === 'differs')) return true;
  // A row with the record's own id changes it, whatever is said here.
  const isOurs = Object.values(mapping).includes('id');
  return row.outcome === 'left' || (row.outcome === 'changed' && !isOurs);
}

type Props = {
  row: PreviewRow;
  /** Where the row stands, in words. */
  place: string;
  answer: ImportAnswer;
  scope: Pick<ImportScope, 'rowAnswers' | 'answerRow'>;
};

/** What becomes of a row that differs, and a choice for this row alone. */
export function RowAnswer({ row, place, answer, scope: { rowAnswers, answerRow } }: Props) {
  const { t } = useWords();
  const mark = rowMark(row, answer.sheets);
  const given = rowAnswers[mark];
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <UnstyledButton className={classes.answer ?? ''} aria-label={t('imports.differing.row', { place })}>
            <OutcomeBadge outcome={row.outcome} />
            <IconChevronDown size={14} stroke={2} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {onDifferents.map((value) => (
            <Menu.Item key={value} onClick={() => answerRow(mark, value)}>
              {t(`imports.differing.${value === 'leave' ? 'leaveOne' : value}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {given && <div className={classes.notes}>{t(`imports.differing.${given === 'leave' ? 'leaveOne' : given}`)}</div>}
    </>
  );
}
