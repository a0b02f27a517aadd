import { Alert, Button, Group, List, Modal, Progress, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { getAssignment } from '../../contract/assignments.ts';
import { client, problemOf } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { useUndo } from './use-undo.ts';
import { type Assignment, afterAssignments, removeLine } from './write-assignments.ts';

type Props = {
  /** The lines, or only their ids where a list has selected more than it shows. */
  lines: readonly (Assignment | string)[];
  onClose: () => void;
  /** Called when lines are gone. */
  onRemoved?: () => void;
};

const mostNamed = 5;

/** Removes lines one by one, until one fails or it is cancelled, and offers to take it back. */
function useRemoval({ lines, onClose, onRemoved }: Props) {
  const words = useWords();
  const me = useMe();
  const offerUndo = useUndo();
  const [done, setDone] = useState<number>();
  const [refused, setRefused] = useState<string[]>([]);
  const cancelled = useRef(false);
  const verb = useVerb(async (send) => {
    const gone: Assignment[] = [];
    const faults: string[] = [];
    for (const [i, line] of lines.entries()) {
      if (cancelled.current) break;
      setDone(i);
      try {
        const whole = typeof line === 'string' ? await client.call(getAssignment, { params: { id: line } }) : line;
        await removeLine(whole, me?.id, send);
        gone.push(whole);
      } catch (error) {
        faults.push(refusalWords(error, words));
        if (!problemOf(error)) break;
      }
    }
    if (gone.length > 0) {
      await afterAssignments();
      offerUndo({ title: removedTitle(gone, words), lines: gone });
      onRemoved?.();
    }
    if (faults.length === 0) return onClose();
    setDone(undefined);
    setRefused(faults);
  });
  const cancel = (): void => {
    cancelled.current = true;
    if (done === undefined) onClose();
  };
  return { verb, done, refused, cancel };
}

/** Asks before lines are removed, and says how far it is. */
export function RemoveDialog(props: Props) {
  const { t } = useWords();
  const { lines, onClose } = props;
  const { verb, done, refused, cancel } = useRemoval(props);
  const known = lines.filter((line) => typeof line !== 'string');
  const [only] = known;
  const title =
    only && lines.length === 1
      ? t('assignments.removeOne', { product: only.key.product.name, from: holderName(only) })
      : t('assignments.removeMany', { count: lines.length });
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('assignments.close') }}
      opened
      onClose={done === undefined ? onClose : () => undefined}
      title={title}
    >
      {refused.length > 0 ? (
        <Alert color="red" variant="light" role="alert">
          {[...new Set(refused)].map((why) => (
            <Text key={why}>{why}</Text>
          ))}
        </Alert>
      ) : (
        <Text>{t('assignments.removeBody', { count: lines.length })}</Text>
      )}
      {lines.length > 1 && known.length > 0 && <LineNames lines={known} />}
      {done !== undefined && lines.length > 1 && (
        <Progress mt={12} value={(100 * done) / lines.length} aria-label={title} />
      )}
      <VerbNotice verb={verb} />
      <Group justify="flex-end" mt={16}>
        <Button variant="default" data-autofocus onClick={cancel}>
          {t(refused.length > 0 ? 'assignments.close' : 'assignments.cancel')}
        </Button>
        {refused.length === 0 && (
          <Button
            loading={done !== undefined}
            color="var(--kb-danger-button)"
            c="var(--kb-danger-button-text)"
            onClick={() => void verb.run()}
          >
            {t('assignments.remove')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}

/** Which keys an action is about: the first by name, the rest by number. */
export function LineNames({ lines }: { lines: readonly Assignment[] }) {
  const words = useWords();
  const { t } = words;
  return (
    <List mt={8} size="sm">
      {lines.slice(0, mostNamed).map(({ id, key }) => (
        <List.Item key={id}>
          {key.product.name} <span className="mono">{shortMaskOf(key.maskedKey, words)}</span>
        </List.Item>
      ))}
      {lines.length > mostNamed && <List.Item>{t('assignments.more', { count: lines.length - mostNamed })}</List.Item>}
    </List>
  );
}

/** Where a key is: the unit, else the user. */
function holderName({ equipment, userName }: Assignment): string {
  return equipment?.name ?? userName ?? '–';
}

function removedTitle(gone: readonly Assignment[], { t }: ReturnType<typeof useWords>): string {
  const [first] = gone;
  if (first && gone.length === 1)
    return t('assignments.removedOne', { product: first.key.product.name, from: holderName(first) });
  return t('assignments.removedMany', { count: gone.length });
}
