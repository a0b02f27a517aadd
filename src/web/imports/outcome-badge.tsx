import { IconAlertTriangle, IconCopy, IconEqual, IconPencil, IconPlus } from '@tabler/icons-react';
import badges from '../ui/badges.module.css';
import { useWords } from '../words/use-words.ts';
import type { Outcome } from './preview-rows.ts';

const icons = {
  new: IconPlus,
  changed: IconPencil,
  same: IconEqual,
  duplicate: IconCopy,
  wrong: IconAlertTriangle,
};
const tones = {
  new: badges.available,
  changed: badges.applied,
  same: badges.revoked,
  duplicate: badges.expired,
  wrong: badges.danger,
};

/** What becomes of a row: colour, sign and word. */
export function OutcomeBadge({ outcome, count }: { outcome: Outcome; count?: number }) {
  const { t, number } = useWords();
  const Icon = icons[outcome];
  return (
    <span className={`${badges.badge} ${tones[outcome]}`}>
      <Icon size={14} stroke={2} aria-hidden />
      {t(`imports.outcome.${outcome}`)}
      {count !== undefined && <strong>{number(count)}</strong>}
    </span>
  );
}
