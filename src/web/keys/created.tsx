import { Button, Group, Text } from '@mantine/core';
import { IconList, IconPlaylistAdd } from '@tabler/icons-react';
import { encodeFilter } from '../../contract/list.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './add-many.module.css';
import type { Key } from './key-kind.tsx';

/** The address of a list has room for so many ids. */
const mostInAddress = 200;

/** What a batch has created, and the way to it. */
export function Created({ keys, again }: { keys: readonly Key[]; again: () => void }) {
  const { t, number } = useWords();
  return (
    <div className={classes.created} role="status">
      <Text fw={600}>
        {t('keys.many.done', {
          count: keys.length,
          number: number(keys.length),
          product: keys[0]?.product.name,
        })}
      </Text>
      <Text>{t('keys.many.doneBody')}</Text>
      <Group gap={8}>
        <LinkButton
          to={`/keys?${filterOf(keys)}`}
          Icon={IconList}
          word={t('keys.many.show', { count: keys.length })}
          isFirst
        />
        <Button variant="default" leftSection={<IconPlaylistAdd size={16} />} onClick={again}>
          {t('keys.many.again')}
        </Button>
      </Group>
    </div>
  );
}

/** By their ids, or, where those are too many, by when they were created. */
function filterOf(keys: readonly Key[]): URLSearchParams {
  if (keys.length <= mostInAddress) return new URLSearchParams({ ids: encodeFilter(keys.map(({ id }) => id)) });
  const moments = keys.flatMap(({ createdAt }) => createdAt ?? []).sort();
  return new URLSearchParams({ createdAtFrom: moments[0] ?? '', createdAtTo: moments.at(-1) ?? '' });
}
