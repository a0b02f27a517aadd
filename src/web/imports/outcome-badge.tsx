import {
  IconAlertTriangle,
  IconCopy,
  IconEqual,
  IconMinus,
  IconPencil,
  IconPencilOff,
  IconPlus,
} from '@tabler/icons-react';
import { Badge, type Tone } from '../ui/badges.tsx';
import { useWords } from '../words/use-words.ts';
import type { Outcome } from './preview-rows.ts';

const icons = {
  new: IconPlus,
  changed: IconPencil,
  left: IconPencilOff,
  same: IconEqual,
  duplicate: IconCopy,
  wrong: IconAlertTriangle,
  leftOut: IconMinus,
};
const tones: Record<Outcome, Tone> = {
  new: 'available',
  changed: 'applied',
  left: 'expired',
  same: 'revoked',
  duplicate: 'expired',
  wrong: 'danger',
  leftOut: 'revoked',
};

/** What becomes of a row: colour, sign and word. */
export function OutcomeBadge({ outcome, count }: { outcome: Outcome; count?: number }) {
  const { t, number } = useWords();
  return (
    <Badge tone={tones[outcome]} Icon={icons[outcome]}>
      {t(`imports.outcome.${outcome}`)}
      {count !== undefined && <strong>{number(count)}</strong>}
    </Badge>
  );
}
