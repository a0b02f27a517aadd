import { Button, Text } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Endpoint } from '../../contract/endpoint.ts';
import { callAny } from '../api/call-any.ts';
import { problemOf, queryClient, readAnew } from '../api/client.ts';
import { HeldBy } from '../ui/held-by.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import type { Verb } from './verb.ts';

export type Archivable = 'licenses' | 'products' | 'customers';

type Props = {
  /** The list it belongs to, which is the first part of its address too. */
  name: Archivable;
  record: { id: string; version: number; archived: boolean };
  title: string;
  update: Endpoint;
  remove: Endpoint;
  /** Why this cannot be done, where it cannot. */
  reason: string | undefined;
};

/** A record that others point to is archived, never deleted (E7): both are offered, and the refusal says what points. */
export function useArchiveAndDelete({ name, record, title, update, remove, reason }: Props): {
  verbs: Verb[];
  dialog: ReactNode;
} {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const archive = useVerb(
    (send, archived: boolean) =>
      callAny(update, { params: { id: record.id }, body: { archived }, ifMatch: record.version }, send),
    {
      said: (_, archived) => ({ title: t(archived ? 'stored.archived' : 'stored.broughtBack', { name: title }) }),
      refusals: 'toast',
      onDone: (saved) => {
        queryClient.setQueryData([name, 'one', record.id], saved);
        readAnew();
        setAsking(false);
      },
    },
  );
  const verbs: Verb[] = [
    {
      word: t(record.archived ? 'stored.bringBack' : 'stored.archive'),
      Icon: record.archived ? IconArchiveOff : IconArchive,
      why: reason,
      busy: archive.busy,
      run: () => void archive.run(!record.archived),
    },
    {
      word: t('stored.delete'),
      Icon: IconTrash,
      why: reason,
      isRare: true,
      isDanger: true,
      run: () => setAsking(true),
    },
  ];
  const dialog = isAsking && (
    <DeleteDialog
      {...{ name, record, title, remove }}
      close={() => setAsking(false)}
      archive={record.archived ? undefined : () => void archive.run(true)}
    />
  );
  return { verbs, dialog };
}

type DialogProps = Pick<Props, 'name' | 'record' | 'title' | 'remove'> & {
  close: () => void;
  archive: (() => void) | undefined;
};

function DeleteDialog({ name, record, title, remove, close, archive }: DialogProps) {
  const { t } = useWords();
  const navigate = useNavigate();
  const deletion = useVerb((send) => callAny(remove, { params: { id: record.id }, ifMatch: record.version }, send), {
    said: t('stored.deleted', { name: title }),
    onDone: () => {
      queryClient.removeQueries({ queryKey: [name, 'one', record.id] });
      void queryClient.invalidateQueries({ queryKey: [name] });
      void navigate(`/${name}`);
    },
  });
  const heldBy = problemOf(deletion.error)?.heldBy;
  return (
    <VerbDialog
      title={t('stored.deleteTitle', { name: title })}
      word={t('stored.delete')}
      verb={deletion}
      isDanger
      isQuestion
      onRun={() => deletion.run()}
      onClose={close}
      next={heldBy && <HeldBy records={heldBy} />}
      instead={
        archive && (
          <Button variant="default" onClick={archive}>
            {t('stored.archive')}
          </Button>
        )
      }
    >
      <Text>{t('stored.deleteBody')}</Text>
    </VerbDialog>
  );
}
