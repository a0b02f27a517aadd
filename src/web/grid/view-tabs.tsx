import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconDots, IconTrash, IconUser, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'react-router';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { useWords } from '../words/use-words.ts';
import classes from './grid.module.css';
import type { ListKind } from './list-kind.ts';
import { SaveView } from './save-view.tsx';
import { useViews, type View, viewQuery } from './use-views.ts';

const notFilters = ['sort', 'groupBy', 'columns'];

/** `isReady`: the rows stand there; what the tabs count comes after them. */
type Props<Item> = { kind: ListKind<Item>; isReady: boolean };

/** Views of a list under its title: those it always has, one's own, and those colleagues share (two heads). */
export function ViewTabs<Item>({ kind, isReady }: Props<Item>) {
  const { t } = useWords();
  const { search } = useLocation();
  const views = useViews(kind.name);
  const now = viewQuery(search);
  const usual = kind.views.map(({ word, query }) => ({ name: t(word), query: viewQuery(query) }));
  const isKnown = [...usual, ...views.saved].some(({ query }) => query === now);
  const tab = { kind, isReady, now };
  return (
    <nav className={classes.views} aria-label={t('grid.views.label')}>
      {usual.map((view) => (
        <Tab key={view.query} {...tab} {...view} />
      ))}
      {views.saved.map((view) => (
        <Tab key={view.id} {...tab} {...view} saved={view} menu={<ViewMenu view={view} {...views} />} />
      ))}
      {!isKnown && <SaveView keep={views.keep} query={now} />}
    </nav>
  );
}

type TabProps<Item> = Props<Item> & {
  name: string;
  query: string;
  now: string;
  saved?: View;
  menu?: React.ReactNode;
};

function Tab<Item>({ kind, isReady, name, query, now, saved, menu }: TabProps<Item>) {
  const { t, rowsCounted } = useWords();
  const count = useCount(kind, query, isReady);
  const isActive = query === now;
  const path = `/${kind.name}`;
  return (
    <span className={classes.view} data-active={isActive || undefined}>
      {saved?.shared && (
        <Tooltip label={saved.mine ? t('grid.views.shared') : t('grid.views.sharedBy', { owner: saved.owner })}>
          <IconUsers size={16} stroke={1.75} aria-label={t('grid.views.shared')} role="img" />
        </Tooltip>
      )}
      <Link to={query === '' ? path : `${path}?${query}`} aria-current={isActive ? 'page' : undefined}>
        {name} {count !== undefined && <span className={classes.viewCount}>{rowsCounted(count)}</span>}
      </Link>
      {isActive && menu}
    </span>
  );
}

/** How many rows a view shows now. */
function useCount<Item>({ name, endpoint }: ListKind<Item>, query: string, isReady: boolean) {
  const filters = [...new URLSearchParams(query)].filter(([parameter]) => !notFilters.includes(parameter));
  return useQuery({
    queryKey: [name, 'count', query],
    enabled: isReady,
    // Every list answers how many rows it has.
    queryFn: ({ signal }) => {
      const limited = { ...Object.fromEntries(filters), limit: '1' };
      return client.call(endpoint, { query: limited, signal }) as Promise<{ total: number; moreThanTotal?: boolean }>;
    },
  }).data;
}

function ViewMenu({ view, share, remove }: { view: View } & Pick<ReturnType<typeof useViews>, 'share' | 'remove'>) {
  const { t } = useWords();
  const may = useMay();
  if (!view.mine && !may('views.manage')) return null;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <ActionIcon variant="subtle" size={24} c="var(--kb-ink-2)" aria-label={t('grid.views.more', view)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {view.mine && (
          <Menu.Item
            leftSection={view.shared ? <IconUser size={16} /> : <IconUsers size={16} />}
            onClick={() => void share.run(view)}
          >
            {t(view.shared ? 'grid.views.unshare' : 'grid.views.share')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconTrash size={16} />} c="var(--kb-danger)" onClick={() => void remove.run(view)}>
          {t('grid.views.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
