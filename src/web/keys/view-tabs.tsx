import { Button, CloseButton, Group, Popover, TextInput } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { listKeys } from '../../contract/keys.ts';
import { client } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';
import classes from './keys.module.css';
import { useSavedViews, type View, viewQuery } from './saved-views.ts';

const builtIn = [
  { word: 'all', query: '' },
  { word: 'expiring', query: 'expiringWithin=60&sort=validityEnd' },
  { word: 'expiredInUse', query: 'inUse=true&status=expired' },
];
const notFilters = ['sort', 'groupBy', 'columns'];

/** Views of the list under its title: ours, and those kept in this browser. */
export function ViewTabs() {
  const { t } = useWords();
  const { search } = useLocation();
  const { saved, save, remove } = useSavedViews();
  const now = viewQuery(search);
  const ours = builtIn.map(({ word, query }): View => ({ name: t(`keys.views.${word}`), query: viewQuery(query) }));
  const isKnown = [...ours, ...saved].some(({ query }) => query === now);
  return (
    <nav className={classes.views} aria-label={t('keys.views.label')}>
      {ours.map((view) => (
        <Tab key={view.query} view={view} isActive={view.query === now} />
      ))}
      {saved.map((view) => (
        <Tab key={view.name} view={view} isActive={view.query === now} onRemove={() => remove(view.name)} />
      ))}
      {!isKnown && <SaveView onSave={(name) => save({ name, query: now })} />}
    </nav>
  );
}

function Tab({ view, isActive, onRemove }: { view: View; isActive: boolean; onRemove?: () => void }) {
  const { t, number } = useWords();
  const count = useCount(view.query);
  return (
    <span className={classes.view} data-active={isActive || undefined}>
      <Link to={view.query === '' ? '/keys' : `/keys?${view.query}`} aria-current={isActive ? 'page' : undefined}>
        {view.name} {count !== undefined && <span className={classes.count}>{number(count)}</span>}
      </Link>
      {onRemove && (
        <CloseButton size="xs" aria-label={t('keys.views.remove', { name: view.name })} onClick={onRemove} />
      )}
    </span>
  );
}

/** How many keys a view shows now. */
function useCount(query: string): number | undefined {
  const filters = [...new URLSearchParams(query)].filter(([name]) => !notFilters.includes(name));
  return useQuery({
    queryKey: ['keys', 'count', query],
    queryFn: ({ signal }) => client.call(listKeys, { query: { ...Object.fromEntries(filters), limit: 1 }, signal }),
  }).data?.total;
}

function SaveView({ onSave }: { onSave: (name: string) => void }) {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const save = (): void => {
    if (name.trim() === '') return;
    onSave(name.trim());
    setOpened(false);
    setName('');
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withinPortal position="bottom-start">
      <Popover.Target>
        <Button
          variant="subtle"
          size="xs"
          c="var(--kb-ink-2)"
          leftSection={<IconBookmark size={16} stroke={1.75} />}
          onClick={() => setOpened(!opened)}
        >
          {t('keys.views.save')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Group gap={8} align="flex-end">
            <TextInput
              label={t('keys.views.name')}
              maxLength={40}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit">{t('keys.views.keep')}</Button>
          </Group>
          <p className="help">{t('keys.views.help')}</p>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
