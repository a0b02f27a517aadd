import { IconArchive, IconArrowBackUp, IconBox, IconCircleCheck } from '@tabler/icons-react';
import type { equipmentStatuses } from '../../contract/equipment.ts';
import { Badge, type Icon, type Tone } from '../ui/badges.tsx';
import { useWords } from '../words/use-words.ts';

export type UnitStatus = (typeof equipmentStatuses)[number];

const icons: Record<UnitStatus, Icon> = {
  inStock: IconBox,
  inService: IconCircleCheck,
  returned: IconArrowBackUp,
  retired: IconArchive,
};

const tones: Record<UnitStatus, Tone> = {
  inStock: 'available',
  inService: 'created',
  returned: 'revoked',
  retired: 'revoked',
};

/** Where a unit stands: sign and word. Nothing is applied to one that is returned or retired. */
export function UnitStatusBadge({ status }: { status: UnitStatus }) {
  const { value } = useWords();
  return (
    <Badge tone={tones[status]} Icon={icons[status]}>
      {value('equipmentStatus', status)}
    </Badge>
  );
}
