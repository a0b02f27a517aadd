import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconClockX,
  IconFlask,
  IconHourglass,
  IconInfinity,
  IconRefresh,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { keyStatuses, keyTypes } from '../../domain/key-rules.ts';
import { useWords } from '../words/use-words.ts';
import classes from './badges.module.css';

type Status = (typeof keyStatuses)[number];
type Type = (typeof keyTypes)[number];
type Icon = ComponentType<{ size?: number; stroke?: number }>;

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

/** Where a key stands: colour, sign and word. `inUse` marks the one real problem, an expired key still in use. */
export function StatusBadge({ status, inUse = false }: { status: Status; inUse?: boolean }) {
  const { value, t } = useWords();
  const Icon = statusIcons[status];
  return (
    <span className={classes.row}>
      <span className={`${classes.badge} ${classes[status]}`}>
        <Icon size={14} stroke={2} />
        {value('keyStatus', status)}
      </span>
      {inUse && status === 'expired' && <Danger word={t('status.inUse')} />}
    </span>
  );
}

export function NoneFree() {
  const { t } = useWords();
  return <Danger word={t('status.noneFree')} />;
}

function Danger({ word }: { word: string }) {
  return (
    <span className={`${classes.badge} ${classes.danger}`}>
      <IconAlertTriangle size={14} stroke={2} />
      {word}
    </span>
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
