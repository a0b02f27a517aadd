import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useWords } from '../words/use-words.ts';
import classes from './record.module.css';
import type { Verb } from './verb.ts';

/** The verbs there is no room for; one that cannot be done has its reason below it. */
export function MoreVerbs({ verbs }: { verbs: readonly Verb[] }) {
  const { t } = useWords();
  if (verbs.length === 0) return null;
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <ActionIcon variant="default" className={classes.more ?? ''} aria-label={t('record.more')}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {verbs.map(({ word, Icon, why, run, isDanger }) => (
          <Menu.Item
            key={word}
            leftSection={<Icon size={16} stroke={1.75} />}
            aria-disabled={why !== undefined || undefined}
            closeMenuOnClick={why === undefined}
            data-locked={why !== undefined || undefined}
            className={classes.menuItem ?? ''}
            {...(isDanger && why === undefined && { c: 'var(--kb-danger)' })}
            onClick={() => why === undefined && run()}
          >
            {word}
            {why !== undefined && <span className="help">{why}</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
