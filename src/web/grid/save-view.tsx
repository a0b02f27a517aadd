import { Button, Checkbox, Group, Popover, Stack, TextInput } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../words/use-words.ts';
import type { useViews } from './use-views.ts';

type Props = { query: string; keep: ReturnType<typeof useViews>['keep'] };

/** Keeps the list as it is shown, under a name. */
export function SaveView({ query, keep }: Props) {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = async (): Promise<void> => {
    if (name.trim() === '' || !(await keep.run({ name: name.trim(), query, shared }))) return;
    setOpened(false);
    setName('');
    setShared(false);
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
          {t('grid.views.save')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw={340}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Stack gap={12}>
            <Group gap={8} align="flex-end" wrap="nowrap">
              <TextInput
                label={t('grid.views.name')}
                maxLength={40}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                data-autofocus
              />
              <Button type="submit" loading={keep.busy}>
                {t('grid.views.keep')}
              </Button>
            </Group>
            <Checkbox
              size="xs"
              checked={shared}
              onChange={(event) => setShared(event.currentTarget.checked)}
              label={t('grid.views.share')}
              description={t('grid.views.shareHelp')}
            />
            <p className="help">{t('grid.views.help')}</p>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
