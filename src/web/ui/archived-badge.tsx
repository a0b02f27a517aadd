import { IconArchive } from '@tabler/icons-react';
import { useWords } from '../words/use-words.ts';
import classes from './badges.module.css';

export function ArchivedBadge() {
  const { label } = useWords();
  return (
    <span className={`${classes.badge} ${classes.revoked}`}>
      <IconArchive size={14} stroke={2} />
      {label('license', 'archived')}
    </span>
  );
}
