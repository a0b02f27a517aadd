import { CloseButton, Popover, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import grid from '../grid/grid.module.css';
import { useWords } from '../words/use-words.ts';
import classes from './audit.module.css';

type Props = {
  label: string;
  /** What is filtered by; undefined where it is not. */
  value: string | undefined;
  clear: () => void;
  /** How it is chosen; without it the chip only tells and goes away. */
  children?: (close: () => void) => ReactNode;
};

/** One filter: dashed while it can be added, tinted with a cross while it is on. */
export function FilterChip({ label, value, clear, children }: Props) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const text = value ? (
    <span>
      {label}: <b>{value}</b>
    </span>
  ) : (
    <>
      <IconPlus size={14} stroke={2} />
      {label}
    </>
  );
  const chip = children ? (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={320} trapFocus withinPortal>
      <Popover.Target>
        <UnstyledButton
          className={value ? (classes.inChip ?? '') : (grid.addChip ?? '')}
          onClick={() => setOpen(!isOpen)}
        >
          {text}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown ?? ''}>{children(() => setOpen(false))}</Popover.Dropdown>
    </Popover>
  ) : (
    text
  );
  // The same tree with and without a value: what is open stays open while its first value is chosen.
  return (
    <span className={value ? grid.chip : undefined}>
      {chip}
      {value && <CloseButton size="xs" aria-label={t('grid.removeFilter', { field: label })} onClick={clear} />}
    </span>
  );
}
