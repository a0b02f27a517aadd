import { Button } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { encodeFilter } from '../../contract/list.ts';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import { EmptyList } from './empty-list.tsx';
import { fieldLabel, valueWords } from './field-words.ts';
import classes from './grid.module.css';
import { type Part, PartHeads, Parts, useParts } from './group-parts.tsx';
import { type ListAddress, queryOf } from './list-address.ts';
import type { Column, ListKind } from './list-kind.ts';
import { Pager } from './pager.tsx';
import { Rows } from './rows.tsx';
import { useAttributes } from './use-attributes.ts';
import { type Group, useGroups, usePage } from './use-list.ts';

type Props<Item> = { kind: ListKind<Item>; address: ListAddress; columns: readonly Column<Item>[]; field: string };

/** So many groups may be opened at once: each asks for its own rows. */
const mostOpen = 300;

/** The values of one field with their counts; each opens to its first rows. */
export function GroupedRows<Item>(props: Props<Item>) {
  const { kind, address, field } = props;
  const words = useWords();
  const { number, t } = words;
  const attributes = useAttributes(kind.spec.attributes);
  const groups = useGroups(kind, field, queryOf(address));
  const partsOf = useParts(kind, field, queryOf(address));
  const [areOpen, setOpen] = useState(false);
  if (groups.isLoadingError) return <Failure error={groups.error} again={() => void groups.refetch()} />;
  if (groups.data?.groups.length === 0) return <EmptyList kind={kind} address={address} />;
  return (
    <>
      <div className={`${classes.groupTools} screenOnly`}>
        {groups.data && groups.data.groups.length <= mostOpen && (
          <Button variant="subtle" size="compact-xs" onClick={() => setOpen(!areOpen)}>
            {t(areOpen ? 'related.closeAll' : 'related.openAll')}
          </Button>
        )}
        <Button variant="subtle" size="compact-xs" onClick={() => window.print()}>
          {t('related.print')}
        </Button>
      </div>
      <section className={classes.groups} aria-label={t('grid.groupBy')}>
        {kind.split && partsOf && (
          <PartHeads name={fieldLabel(kind, field, words, attributes)} counted={t('grid.rows')} split={kind.split} />
        )}
        {groups.data?.groups.map((group) => (
          <GroupRow
            key={`${group.value} ${areOpen}`}
            {...props}
            group={group}
            isOpenAtFirst={areOpen}
            parts={partsOf?.(group)}
            largest={Math.max(...(groups.data?.groups.map(({ count }) => count) ?? [1]))}
          />
        ))}
      </section>
      <footer className={`${classes.pager} screenOnly`}>
        {groups.data &&
          t(groups.data.moreGroups ? 'grid.moreGroups' : 'grid.groupCount', {
            count: groups.data.groups.length,
            groups: number(groups.data.groups.length),
            total: number(groups.data.total),
          })}
      </footer>
    </>
  );
}

function GroupRow<Item>({
  kind,
  address,
  columns,
  field,
  group,
  parts,
  largest,
  isOpenAtFirst,
}: Props<Item> & { group: Group; parts: Part[] | undefined; largest: number; isOpenAtFirst: boolean }) {
  const words = useWords();
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const value = String(group.value ?? '');
  const text =
    kind.spec.fields[field]?.kind === 'id' || kind.spec.fields[field]?.kind === 'text'
      ? group.label
      : valueWords(field, kind.spec.fields[field], value, words);
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  // Under a filter there may be others that are free.
  const isAll = address.q === '' && address.filters.size === 0;
  return (
    <div className={classes.group}>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon size={16} />
        <span className={classes.groupName}>{text || words.t('grid.none')}</span>
        {!parts && <progress className={classes.bar} max={largest} value={group.count} aria-hidden />}
        <span className={classes.groupCount}>{words.number(group.count)}</span>
        {parts && <Parts parts={parts} runsOut={isAll && (kind.split?.runsOut.includes(field) ?? false)} />}
      </button>
      {isOpen && (
        <GroupPage kind={kind} address={address} columns={columns} field={field} value={value} count={group.count} />
      )}
    </div>
  );
}

function GroupPage<Item>({
  kind,
  address,
  columns,
  field,
  value,
  count,
}: Props<Item> & { value: string; count: number }) {
  const { t, number } = useWords();
  const [page, setPage] = useState(1);
  const local: ListAddress = {
    ...address,
    page,
    set: (changes) => ('page' in changes ? setPage(Number(changes.page ?? 1)) : address.set(changes)),
  };
  const rows = usePage(kind, local, { [field]: encodeFilter([value]) });
  return (
    <>
      <Rows kind={kind} columns={columns} items={rows.data?.items} address={address} />
      {count > address.size ? (
        <Pager address={local} total={count} />
      ) : (
        <Button
          variant="subtle"
          size="xs"
          onClick={() => address.set({ groupBy: undefined, filters: { [field]: [value] } })}
        >
          {t('grid.onlyThese', { count, number: number(count) })}
        </Button>
      )}
    </>
  );
}
