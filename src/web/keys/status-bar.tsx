import { IconBan, IconCircleCheck, IconCircleDashed, IconClockX } from '@tabler/icons-react';
import { type KeyStatus, keyStatuses } from '../../domain/key-rules.ts';
import { useWords } from '../words/use-words.ts';
import classes from './keys.module.css';

const icons = { available: IconCircleDashed, applied: IconCircleCheck, expired: IconClockX, revoked: IconBan };

/** Where a key stands: nobody types a status, so this is no control. */
export function StatusBar({ status }: { status: KeyStatus }) {
  const { value, label } = useWords();
  return (
    <ol className={classes.steps} aria-label={label('key', 'status')}>
      {keyStatuses.map((step) => {
        const Icon = icons[step];
        return (
          <li key={step} aria-current={step === status ? 'step' : undefined}>
            <Icon size={14} stroke={2} aria-hidden />
            <span>{value('keyStatus', step)}</span>
          </li>
        );
      })}
    </ol>
  );
}
