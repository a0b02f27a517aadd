import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useWords } from '../words/use-words.ts';
import classes from './keys.module.css';

/** The way to the key that has a license key or file already, and what can be done instead. */
export function OtherKey({ id, children }: { id: string; children?: ReactNode }) {
  const { t } = useWords();
  return (
    <div className={classes.next}>
      <Anchor component={Link} to={`/keys/${id}`}>
        {t('keys.openExisting')}
      </Anchor>
      {children}
    </div>
  );
}
