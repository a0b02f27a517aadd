import { IconAlertTriangle, IconCopy, IconEqual, IconPencil, IconPlus } from '@tabler/icons-react';
import { useWords } from '../words/use-words.ts';
import classes from './imports.module.css';
import type { Outcome } from './preview-rows.ts';

const icons = {
  new: IconPlus,
  changed: IconPencil,
  same: IconEqual,
  duplicate: IconCopy,
  wrong: IconAlertTriangle,
};

/** What becomes of a row: colour, sign and word. */
export function OutcomeBadge({ outcome, count }: { outcome: Outcome; count?: number }) {
  const { t, number } = useWords();
  const Icon = icons[outcome];
  return (
    <span className={classes.badge} data-outcome={outcome}>
      <Icon size={14} stroke={2} aria-hidden />
      {t(`imports.outcome.${outcome}`)}
      {count !== undefined && <strong>{number(count)}</strong>}
    </span>
  );
}
