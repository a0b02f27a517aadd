import { IconArchive, IconArrowBackUp, IconBox, IconCircleCheck } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { equipmentStatuses } from '../../contract/equipment.ts';
import classes from '../ui/badges.module.css';
import { useWords } from '../words/use-words.ts';

export type UnitStatus = (typeof equipmentStatuses)[number];

const icons: Record<UnitStatus, ComponentType<{ size?: number; stroke?: number }>> = {
  inStock: IconBox,
  inService: IconCircleCheck,
  returned: IconArrowBackUp,
  retired: IconArchive,
};

const tones = {
  inStock: classes.available,
  inService: classes.created,
  returned: classes.revoked,
  retired: classes.revoked,
};

/** Where a unit stands: sign and word. Nothing is applied to one that is returned or retired. */
export function UnitStatusBadge({ status }: { status: UnitStatus }) {
  const { value } = useWords();
  const Icon = icons[status];
  return (
    <span className={`${classes.badge} ${tones[status]}`}>
      <Icon size={14} stroke={2} />
      {value('equipmentStatus', status)}
    </span>
  );
}
