import {
  IconArrowBackUp,
  IconBan,
  IconCheck,
  IconCircleCheck,
  IconClockX,
  IconEye,
  IconLogin,
  IconPencil,
  IconPlus,
  IconPoint,
  IconRefresh,
  IconReplace,
  IconTrash,
} from '@tabler/icons-react';
import { Badge, type Icon } from '../ui/badges.tsx';
import { useWords } from '../words/use-words.ts';
import { verbOf } from './audit-words.ts';
import type { Entry } from './fold-entries.ts';

/** A removal and a revocation read alike, as in the guide; the sign tells them apart. */
const icons: Record<string, Icon> = {
  'key.created': IconPlus,
  'key.applied': IconCircleCheck,
  'key.removed': IconArrowBackUp,
  'key.revoked': IconBan,
  'key.expired': IconClockX,
};
const verbIcons: Record<string, Icon> = {
  created: IconPlus,
  updated: IconPencil,
  deleted: IconTrash,
  erased: IconTrash,
  renewed: IconRefresh,
  replaced: IconReplace,
  revealed: IconEye,
  completed: IconCheck,
  opened: IconLogin,
  revoked: IconBan,
};

/** What was done: one of the guide's four groups by its word, all else by its verb. */
export function ActionBadge({ entry: { action, group } }: { entry: Entry }) {
  const words = useWords();
  const Icon = icons[action] ?? verbIcons[action.split('.')[1] ?? ''] ?? IconPoint;
  const tone = action === 'key.removed' || group === 'other' ? 'revoked' : group;
  return (
    <Badge tone={tone} Icon={Icon}>
      {group === 'other' ? verbOf(action, words) : words.value('auditGroup', group)}
    </Badge>
  );
}
