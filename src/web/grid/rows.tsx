import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { phone } from '../ui/phone.ts';
import { useWords } from '../words/use-words.ts';
import type { Selection } from './data-grid.tsx';
import { EmptyList } from './empty-list.tsx';
import { fieldLabel } from './field-words.ts';
import classes from './grid.module.css';
import type { ListAddress } from './list-address.ts';
import type { Column, ListKind } from './list-kind.ts';
import { cellClass, Row } from './row.tsx';
import { useAttributes } from './use-attributes.ts';

type Props<Item> = {
  kind: ListKind<Item>;
  columns: readonly Column<Item>[];
  items: readonly Item[] | undefined;
  address: ListAddress;
  selection?: Selection | undefined;
  empty?: ReactNode;
};

const placeholders = Array.from({ length: 12 }, (_, i) => `row ${i}`);

/** The rows of a page: a table where there is room, cards of two lines on a phone. */
export function Rows<Item>({ kind, columns, items, address, selection, empty }: Props<Item>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const isNarrow = useMediaQuery(phone, undefined, { getInitialValueInEffect: false });
  if (items?.length === 0) return <EmptyList kind={kind} address={address} empty={empty} />;
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <Head kind={kind} columns={columns} items={items} address={address} selection={selection} />
        <tbody ref={body} onKeyDown={moveBetweenRows}>
          {items === undefined
            ? placeholders.map((key) => <Waiting key={key} columns={columns.length + (selection ? 1 : 0)} />)
            : items.map((item) => (
                <Row
                  key={kind.idOf(item)}
                  kind={kind}
                  columns={columns}
                  item={item}
                  isCard={isNarrow}
                  isSelected={selection?.ids.has(kind.idOf(item))}
                  onToggle={selection?.toggle}
                />
              ))}
        </tbody>
      </table>
    </div>
  );
}

/** Arrow keys go from row to row. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableSectionElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = (event.target as HTMLElement).closest('tr');
  const next = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling;
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

function Waiting({ columns }: { columns: number }) {
  return (
    <tr className={classes.waiting} aria-hidden>
      <td colSpan={columns}>
        <span />
      </td>
    </tr>
  );
}

function Head<Item>({ kind, columns, items, address, selection }: Omit<Props<Item>, 'empty'>) {
  const words = useWords();
  const attributes = useAttributes(kind.spec.attributes);
  const sorted = address.sort ?? kind.spec.defaultSort;
  const all = items !== undefined && items.length > 0 && items.every((item) => selection?.ids.has(kind.idOf(item)));
  const some = items?.some((item) => selection?.ids.has(kind.idOf(item))) ?? false;
  const toggleAll = (): void => selection?.set(new Set(all ? [] : items?.map(kind.idOf)));
  return (
    <thead>
      <tr>
        {selection && (
          <th className={classes.check}>
            <input
              type="checkbox"
              checked={all}
              ref={(box) => {
                if (box) box.indeterminate = some && !all;
              }}
              onChange={toggleAll}
              aria-label={words.t('grid.selectPage')}
            />
          </th>
        )}
        {columns.map((column) => {
          const { field, numeric, isSortable = true } = column;
          const text = column.label
            ? words.label(kind.record, column.label)
            : fieldLabel(kind, field, words, attributes);
          const direction = sorted === field ? 'ascending' : sorted === `-${field}` ? 'descending' : undefined;
          const canSort = isSortable && (field in kind.spec.fields || field.startsWith('attributes.'));
          return (
            <th key={field} className={cellClass(column)} aria-sort={direction} data-numeric={numeric}>
              {canSort ? (
                <button
                  type="button"
                  className={classes.sort}
                  onClick={() => address.set({ sort: direction === 'ascending' ? `-${field}` : field })}
                >
                  {text}
                  {direction === 'ascending' && <IconArrowUp size={14} stroke={2} />}
                  {direction === 'descending' && <IconArrowDown size={14} stroke={2} />}
                </button>
              ) : (
                text
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
