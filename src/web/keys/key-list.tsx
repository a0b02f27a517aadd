import { IconPlaylistAdd } from '@tabler/icons-react';
import { RecordList } from '../grid/record-list.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { useWords } from '../words/use-words.ts';
import { KeyBulk } from './key-bulk.tsx';
import { keyKind } from './key-kind.tsx';

/** Software Keys. */
export function Component() {
  const { t } = useWords();
  return (
    <RecordList
      kind={keyKind}
      create="keys.create"
      alsoCreate={<LinkButton to="/keys/add-many" Icon={IconPlaylistAdd} word={t('keys.addMany')} />}
      bulk={({ ids, done }) => <KeyBulk ids={ids} done={done} />}
    />
  );
}
