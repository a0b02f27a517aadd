import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { auditActions, auditGroup, auditGroups } from '../../domain/audit/actions.ts';
import { useWords } from '../words/use-words.ts';
import { actionWords } from './audit-words.ts';

type Props = { chosen: readonly string[]; set: (actions: string[]) => void };

/** The guide's four groups and the rest first, then every action of the rest by itself. */
export function ActionChoice({ chosen, set }: Props) {
  const words = useWords();
  const [text, setText] = useState('');
  const toggle = (action: string): void =>
    set(chosen.includes(action) ? chosen.filter((other) => other !== action) : [...chosen, action]);
  const options = [
    ...auditGroups.map((group) => ({ action: group as string, word: words.value('auditGroup', group) })),
    ...auditActions
      .filter((action) => auditGroup(action) === 'other')
      .map((action) => ({ action: action as string, word: actionWords(action, words) })),
  ].filter(({ word }) => word.toLowerCase().includes(text.toLowerCase()));
  return (
    <Stack gap={8}>
      <TextInput
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder={words.t('grid.searchValues')}
        aria-label={words.t('grid.searchValues')}
        data-autofocus
      />
      <Stack gap={6} mah={320} style={{ overflow: 'auto' }}>
        {options.map(({ action, word }) => (
          <Checkbox
            key={action}
            size="xs"
            label={word}
            checked={chosen.includes(action)}
            onChange={() => toggle(action)}
          />
        ))}
      </Stack>
    </Stack>
  );
}
