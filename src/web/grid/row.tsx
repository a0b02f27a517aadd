import { type KeyboardEvent, memo } from 'react';
import { Link, useNavigate } from 'react-router';
import { useWords } from '../words/use-words.ts';
import classes from './grid.module.css';
import type { Column, ListKind } from './list-kind.ts';

type Props<Item> = {
  kind: ListKind<Item>;
  columns: readonly Column<Item>[];
  item: Item;
  /** Two lines instead of cells, on a phone. */
  isCard: boolean;
  isSelected: boolean | undefined;
  /** Without it rows cannot be selected. */
  onToggle: ((id: string) => void) | undefined;
};

/** One row of a list; drawn anew only when something of it changes. */
// What memo gives takes any props; these are of the component itself.
export const Row = memo(RowOf) as typeof RowOf;

function RowOf<Item>({ kind, columns, item, isCard, isSelected = false, onToggle }: Props<Item>) {
  const words = useWords();
  const navigate = useNavigate();
  // At once, so that a search that is still to begin knows that a row was opened.
  const open = (address: string): void => void navigate(address, { flushSync: true });
  const id = kind.idOf(item);
  const to = kind.to?.(item);
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' && to) open(to);
    if (event.key === ' ' && onToggle) {
      event.preventDefault();
      onToggle(id);
    }
  };
  return (
    <tr
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={(event) => to && !(event.target as HTMLElement).closest('a, button, input, label') && open(to)}
      data-selected={isSelected || undefined}
      data-link={to !== undefined || undefined}
    >
      {onToggle && (
        <td className={classes.check}>
          <input
            type="checkbox"
            checked={isSelected}
            onChange={() => onToggle(id)}
            aria-label={words.t('grid.selectRow')}
          />
        </td>
      )}
      {isCard ? <Card kind={kind} item={item} /> : <Cells columns={columns} item={item} to={to} />}
    </tr>
  );
}

function Cells<Item>({ columns, item, to }: Pick<Props<Item>, 'columns' | 'item'> & { to: string | undefined }) {
  const words = useWords();
  return columns.map((column, i) => (
    <td key={column.field} className={cellClass(column)} data-numeric={column.numeric}>
      {i === 0 && to ? (
        <Link to={to} className={classes.rowLink ?? ''} tabIndex={-1}>
          {column.show(item, words)}
        </Link>
      ) : (
        column.show(item, words)
      )}
    </td>
  ));
}

function Card<Item>({ kind, item }: Pick<Props<Item>, 'kind' | 'item'>) {
  const { title, below } = kind.card(item, useWords());
  return (
    <td className={classes.card}>
      <div>{title}</div>
      <div>{below}</div>
    </td>
  );
}

export function cellClass({ givesWay }: { givesWay?: 1 | 2 }): string {
  return givesWay === 1 ? (classes.first ?? '') : givesWay === 2 ? (classes.second ?? '') : '';
}
