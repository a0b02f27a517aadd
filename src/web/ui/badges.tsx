import {
  IconAlertTriangle,
  IconArchive,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconClockX,
  IconFlask,
  IconHourglass,
  IconInfinity,
  IconRefresh,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import type { keyStatuses, keyTypes } from '../../domain/key-rules.ts';
import { useWords } from '../words/use-words.ts';
import classes from './badges.module.css';

type Status = (typeof keyStatuses)[number];
type Type = (typeof keyTypes)[number];
export type Icon = ComponentType<{ size?: number; stroke?: number }>;

const statusIcons: Record<Status, Icon> = {
  available: IconCircleDashed,
  applied: IconCircleCheck,
  expired: IconClockX,
  revoked: IconBan,
};
const typeIcons: Record<Type, Icon> = {
  permanent: IconInfinity,
  subscription: IconRefresh,
  trial: IconFlask,
  timeLimited: IconHourglass,
};

/** The colors of badges, named for what most of them say. */
export type Tone = Status | 'created' | 'danger';
type BadgeProps = { tone: Tone; Icon: Icon; children: ReactNode };

/** How something stands, or what became of it: a sign and a word on a ground. */
export function Badge({ tone, Icon, children }: BadgeProps) {
  return (
    <span className={`${classes.badge} ${classes[tone]}`}>
      <Icon size={14} stroke={2} />
      {children}
    </span>
  );
}

/** Where a key stands: colour, sign and word. `inUse` marks the one real problem, an expired key still in use. */
export function StatusBadge({ status, inUse = false }: { status: Status; inUse?: boolean }) {
  const { value, t } = useWords();
  return (
    <span className={classes.row}>
      <Badge tone={status} Icon={statusIcons[status]}>
        {value('keyStatus', status)}
      </Badge>
      {inUse && status === 'expired' && (
        <Badge tone="danger" Icon={IconAlertTriangle}>
          {t('status.inUse')}
        </Badge>
      )}
    </span>
  );
}

export function NoneFree() {
  const { t } = useWords();
  return (
    <Badge tone="danger" Icon={IconAlertTriangle}>
      {t('status.noneFree')}
    </Badge>
  );
}

export function ArchivedBadge() {
  const { label } = useWords();
  return (
    <Badge tone="revoked" Icon={IconArchive}>
      {label('license', 'archived')}
    </Badge>
  );
}

export function KeyTypeSign({ type }: { type: Type }) {
  const { value } = useWords();
  const Icon = typeIcons[type];
  return (
    <span className={`${classes.sign} ${classes[type] ?? ''}`}>
      <Icon size={14} stroke={2} />
      {value('keyType', type)}
    </span>
  );
}
