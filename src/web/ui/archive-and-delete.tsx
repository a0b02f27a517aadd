import { Alert, Button, Group, List, Modal, Text } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Endpoint } from '../../contract/endpoint.ts';
import { callAny } from '../api/call-any.ts';
import { problemOf, queryClient } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';
import { refusalWords } from './refusal-words.ts';
import { toast } from './toast.tsx';
import { VerbButton } from './verb-button.tsx';

type Props = {
  /** The list it belongs to, which is the first part of its address too. */
  name: 'licenses' | 'products' | 'customers';
  record: { id: string; version: number; archived: boolean };
  title: string;
  update: Endpoint;
  remove: Endpoint;
  /** Why this cannot be done, where it cannot. */
  reason: string | undefined;
};

/** A record that others point to is archived, never deleted (E7): both are offered, and the refusal says what points. */
export function ArchiveAndDelete({ name, record, title, update, remove, reason }: Props) {
  const words = useWords();
  const { t } = words;
  const [isAsking, setAsking] = useState(false);
  const archive = useMutation({
    mutationFn: (archived: boolean) =>
      callAny(update, { params: { id: record.id }, body: { archived }, ifMatch: record.version }),
    onSuccess: (saved, archived) => {
      queryClient.setQueryData([name, 'one', record.id], saved);
      void queryClient.invalidateQueries();
      setAsking(false);
      toast({ title: t(archived ? 'stored.archived' : 'stored.broughtBack', { name: title }) });
    },
    onError: (error) => toast({ title: refusalWords(error, words), refused: true }),
  });
  return (
    <>
      <VerbButton
        why={reason}
        loading={archive.isPending}
        leftSection={record.archived ? <IconArchiveOff size={16} /> : <IconArchive size={16} />}
        onClick={() => archive.mutate(!record.archived)}
      >
        {t(record.archived ? 'stored.bringBack' : 'stored.archive')}
      </VerbButton>
      <VerbButton
        {...(reason === undefined && { c: 'var(--kb-danger)' })}
        why={reason}
        leftSection={<IconTrash size={16} />}
        onClick={() => setAsking(true)}
      >
        {t('stored.delete')}
      </VerbButton>
      {isAsking && (
        <DeleteDialog
          {...{ name, record, title, remove }}
          close={() => setAsking(false)}
          archive={record.archived ? undefined : () => archive.mutate(true)}
        />
      )}
    </>
  );
}

type DialogProps = Pick<Props, 'name' | 'record' | 'title' | 'remove'> & {
  close: () => void;
  archive: (() => void) | undefined;
};

function DeleteDialog({ name, record, title, remove, close, archive }: DialogProps) {
  const words = useWords();
  const { t } = words;
  const navigate = useNavigate();
  const deletion = useMutation({
    mutationFn: () => callAny(remove, { params: { id: record.id }, ifMatch: record.version }),
    onSuccess: () => {
      toast({ title: t('stored.deleted', { name: title }) });
      queryClient.removeQueries({ queryKey: [name, 'one', record.id] });
      void queryClient.invalidateQueries({ queryKey: [name] });
      void navigate(`/${name}`);
    },
  });
  const problem = problemOf(deletion.error);
  return (
    <Modal opened onClose={close} title={t('stored.deleteTitle', { name: title })}>
      <Text mb={12}>{t('stored.deleteBody')}</Text>
      {deletion.isError && (
        <Alert color="red" variant="light" role="alert" mb={12}>
          {refusalWords(deletion.error, words)}
          <List size="sm" mt={8}>
            {(problem?.heldBy ?? []).map(({ type, id, name: held }) => (
              <List.Item key={id}>
                <Link to={addressOf(type, id)}>{held}</Link>
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Group justify="flex-end">
        {archive && (
          <Button variant="default" onClick={archive} data-autofocus>
            {t('stored.archive')}
          </Button>
        )}
        <Button variant="default" onClick={close}>
          {t('stored.keep')}
        </Button>
        <Button
          bg="var(--kb-danger-button)"
          c="var(--kb-danger-button-text)"
          loading={deletion.isPending}
          onClick={() => deletion.mutate()}
        >
          {t('stored.delete')}
        </Button>
      </Group>
    </Modal>
  );
}

const lists: Record<string, string> = {
  key: '/keys/',
  license: '/licenses/',
  product: '/products/',
  customer: '/customers/',
  equipment: '/equipment/',
  user: '/settings/users/',
};

/** Where a record is that a refusal names. An assignment has no page: its list shows it. */
function addressOf(type: string, id: string): string {
  const list = lists[type];
  return list === undefined ? '/assignments?state=all' : list + id;
}
