import { Group } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLock, IconPencil } from '@tabler/icons-react';
import formClasses from '../form/form.module.css';
import { phone } from '../ui/phone.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { MoreVerbs } from './more-verbs.tsx';
import classes from './record.module.css';
import type { Verb } from './verb.ts';

type Props = {
  edit: () => void;
  /** Why it cannot be edited by me. */
  whyNotEdited: string | undefined;
  /** It has just been edited: the focus goes back to where that began. */
  wasEdited: boolean;
  verbs: readonly Verb[];
};

/** What can be done with a record: Edit, then its verbs in one order; what does not fit goes into the menu. */
export function VerbBar({ edit, whyNotEdited, wasEdited, verbs }: Props) {
  const { t } = useWords();
  const usual = verbs.filter(({ isRare }) => !isRare);
  const room = useRoom();
  return (
    <Group gap={8} className={formClasses.bar ?? ''} role="toolbar" aria-label={t('form.actions')}>
      <VerbButton
        why={whyNotEdited}
        leftSection={whyNotEdited === undefined ? <IconPencil size={16} stroke={1.75} /> : <IconLock size={16} />}
        onClick={edit}
        autoFocus={wasEdited}
      >
        {t('record.edit')}
      </VerbButton>
      {verbs.length > 0 && <span className={classes.divider} aria-hidden />}
      {usual.slice(0, room).map(({ word, Icon, why, run, busy = false, isNext }) => (
        <VerbButton
          key={word}
          why={why}
          loading={busy}
          variant={isNext ? 'filled' : 'default'}
          leftSection={<Icon size={16} stroke={1.75} />}
          onClick={run}
        >
          {word}
        </VerbButton>
      ))}
      <MoreVerbs verbs={[...usual.slice(room), ...verbs.filter(({ isRare }) => isRare)]} />
    </Group>
  );
}

/** For how many verbs there is room beside Edit and the menu. */
function useRoom(): number {
  const { manner } = useWords();
  const isNarrow = useMediaQuery(phone, undefined, { getInitialValueInEffect: false });
  const isWide = useMediaQuery('(min-width: 1200px)', undefined, { getInitialValueInEffect: false });
  if (isNarrow) return 1;
  if (!isWide) return 2;
  return manner.isWordy ? 4 : 5;
}
