import { Alert, Button, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import { problemOf } from '../api/client.ts';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import type { Verb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';

type Props = {
  verb: Pick<Verb<never>, 'busy' | 'isAgain' | 'error'>;
  /** Applies the next free key of the same product instead. */
  onNext: (key: { id: string; maskedKey: string }) => void;
};

/** A line that was not saved: who was faster, and the next free key in its place (A4). */
export function RefusedLine({ verb, onNext }: Props) {
  const words = useWords();
  const { t } = words;
  const { busy, isAgain, error } = verb;
  if (isAgain || error === undefined) return <VerbNotice verb={verb} />;
  const problem = problemOf(error);
  const holder = problem?.holder;
  const nextFree = problem?.nextFree;
  return (
    <Alert color="red" variant="light" role="alert" title={t('equipment.notApplied')}>
      <Text>{refusalWords(error, words)}</Text>
      <Group gap={12} mt={8}>
        {nextFree && (
          <Button size="sm" loading={busy} onClick={() => onNext(nextFree)}>
            {t('equipment.applyNext', { key: shortMaskOf(nextFree.maskedKey, words) })}
          </Button>
        )}
        {holder?.equipmentId && (
          <Link to={`/equipment/${holder.equipmentId}`}>{t('equipment.openHolder', { name: holder.equipment })}</Link>
        )}
        {problem?.code === 'seat_taken' && nextFree === null && <Text>{t('equipment.noneFree')}</Text>}
      </Group>
    </Alert>
  );
}
