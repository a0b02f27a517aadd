import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import classes from './settings.module.css';

type Row = { key: string; cells: readonly ReactNode[]; isOff?: boolean };

/** A short table; on a phone each row becomes lines that name their cells. The last column may hold buttons. */
export function PlainTable({ heads, rows }: { heads: readonly string[]; rows: readonly Row[] }) {
  const { t } = useWords();
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head}>{head || <VisuallyHidden>{t('form.actions')}</VisuallyHidden>}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells, isOff }) => (
          <tr key={key} data-off={isOff || undefined}>
            {cells.map((cell, i) => (
              <td
                key={heads[i]}
                {...(i > 0 && heads[i] && { 'data-label': heads[i] })}
                data-verbs={heads[i] === '' || undefined}
              >
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
