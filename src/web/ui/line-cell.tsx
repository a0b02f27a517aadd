import type { ReactNode } from 'react';
import classes from './lines.module.css';

type Props = { label: string; className?: string | undefined; children: ReactNode };

/** A cell of a record's lines. On a phone it stands below the others with its label, unless it is empty. */
export function LineCell({ label, className = '', children }: Props) {
  const isEmpty = children === null || children === undefined || children === '' || children === false;
  return (
    <td className={`${isEmpty ? classes.empty : ''} ${className}`} data-label={label}>
      {isEmpty ? '–' : children}
    </td>
  );
}
