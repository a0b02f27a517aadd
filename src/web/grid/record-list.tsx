import { IconPlus } from '@tabler/icons-react';
import type { ComponentProps, ReactNode } from 'react';
import type { ViewList } from '../../contract/views.ts';
import type { ImportKind } from '../../domain/import-fields.ts';
import type { Action } from '../../domain/permissions.ts';
import { useMay } from '../api/me.ts';
import { ImportButton } from '../imports/import-button.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import { DataGrid } from './data-grid.tsx';
import type { ListKind } from './list-kind.ts';

type Props<Item> = Pick<ComponentProps<typeof DataGrid<Item>>, 'bulk'> & {
  kind: ListKind<Item, ImportKind & ViewList>;
  /** Who may do it sees how a record is added. */
  create: Action;
  /** Other ways to add records, for the same people. */
  alsoCreate?: ReactNode;
  /** What else there is, for everybody. */
  beside?: ReactNode;
  title?: string;
};

/** The screen of a list of records: a new one, an import of many, and the list. */
export function RecordList<Item>({ kind, create, alsoCreate, beside, title, ...grid }: Props<Item>) {
  const words = useWords();
  const may = useMay();
  const creating = may(create) && (
    <>
      <LinkButton to={`/${kind.name}/new`} Icon={IconPlus} word={words.t('grid.create')} isFirst />
      {alsoCreate}
    </>
  );
  return (
    <>
      <PageHead title={title ?? words.title(kind.record)}>
        {creating}
        {beside}
        <ImportButton kind={kind.name} />
      </PageHead>
      <DataGrid kind={kind} empty={creating} {...grid} />
    </>
  );
}
