import { ActionIcon, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { useMe } from '../api/me.ts';
import { Person } from '../ui/person.tsx';
import { useWords } from '../words/use-words.ts';
import { ActionBadge } from './action-badge.tsx';
import classes from './audit.module.css';
import { EntryDetails } from './entry-details.tsx';
import { EntryWords } from './entry-words.tsx';
import { type Entry, type Folded, foldEntries } from './fold-entries.ts';
import { FoldedWords } from './folded-words.tsx';

type Props = {
  entries: readonly Entry[];
  /** The entries are all of one key: it need not stand in every row. */
  withoutKey?: boolean;
  /** A page of one entry shows it opened. */
  isOpened?: boolean;
};

/** The log as it reads: a heading a day, a row an action, its details behind it. */
export function EntryTable({ entries, withoutKey = false, isOpened = false }: Props) {
  const words = useWords();
  const { manner, t } = words;
  const timeZone = useMe()?.timeZone ?? 'UTC';
  const days = Map.groupBy(foldEntries(entries), ({ first }) => longDay(first.at, manner.tag, timeZone));
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th>{t('audit.time')}</th>
          <th>{words.label('auditEntry', 'action')}</th>
          <th>{t('audit.what')}</th>
          <th className={classes.who}>{words.label('auditEntry', 'actor')}</th>
          <th data-numeric>{words.label('auditEntry', 'idx')}</th>
          <th>
            <VisuallyHidden>{t('audit.open')}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      {[...days].map(([day, rows]) => (
        <tbody key={day}>
          <tr className={classes.day}>
            <th colSpan={6} scope="rowgroup">
              {day}
            </th>
          </tr>
          {rows.map((row) => (
            <Row key={row.first.idx} row={row} withoutKey={withoutKey} isOpened={isOpened} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function longDay(at: string, tag: string, timeZone: string): string {
  const format = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone } as const;
  return new Intl.DateTimeFormat(tag, format).format(new Date(at));
}

function Row({ row, withoutKey, isOpened }: { row: Folded; withoutKey: boolean; isOpened: boolean }) {
  const { t, number, moment } = useWords();
  const [isOpen, setOpen] = useState(isOpened);
  const { first, entries } = row;
  const last = entries.at(-1) ?? first;
  const isFolded = entries.length > 1;
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  const toggle = (): void => setOpen(!isOpen);
  const onClick = (event: MouseEvent): void => {
    if (!(event.target as HTMLElement).closest('a, button')) toggle();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && event.target === event.currentTarget) toggle();
  };
  const numbers = isFolded
    ? t('audit.range', { first: number(Math.min(first.idx, last.idx)), last: number(Math.max(first.idx, last.idx)) })
    : number(first.idx);
  return (
    <>
      <tr className={classes.row} tabIndex={0} onClick={onClick} onKeyDown={onKeyDown} data-open={isOpen || undefined}>
        <td className={classes.time}>{moment(first.at).split(', ')[1]}</td>
        <td className={classes.action}>
          <ActionBadge entry={first} />
        </td>
        <td className={classes.what}>
          {isFolded ? <FoldedWords row={row} /> : <EntryWords entry={first} withoutKey={withoutKey} />}
        </td>
        <td className={classes.who}>
          <Person name={first.actor.name} />
        </td>
        <td className={classes.number} data-numeric>
          {numbers}
        </td>
        <td className={classes.open}>
          <ActionIcon
            variant="subtle"
            c="var(--kb-ink-2)"
            onClick={toggle}
            aria-expanded={isOpen}
            aria-label={t('audit.openEntry', { entry: numbers })}
          >
            <Icon size={16} />
          </ActionIcon>
        </td>
      </tr>
      {isOpen && (
        <tr className={classes.details}>
          <td colSpan={6}>
            {isFolded ? (
              <EntryTable entries={entries.map(withoutBatch)} withoutKey={withoutKey} />
            ) : (
              <EntryDetails entry={first} />
            )}
          </td>
        </tr>
      )}
    </>
  );
}

/** Inside its fold an entry stands alone. */
function withoutBatch(entry: Entry): Entry {
  if (entry.details === null) return entry;
  const { batch: _, ...details } = entry.details;
  return { ...entry, details };
}
