import { Text } from '@mantine/core';
import { recoverKeys } from '../../contract/equipment.ts';
import { LineNames } from '../assignments/remove-dialog.tsx';
import { useUndo } from '../assignments/use-undo.ts';
import { afterAssignments } from '../assignments/write-assignments.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import type { Unit } from './equipment-kind.tsx';
import { useUnitLines } from './use-unit-lines.ts';

/** Recovers all keys of a unit in one action, after saying how many and which (A10). */
export function RecoverDialog({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const { t } = useWords();
  const offerUndo = useUndo();
  const found = useUnitLines(unit.id).data;
  const lines = (found?.lines ?? []).map(({ assignment }) => assignment);
  const recover = useVerb((send) => send(recoverKeys, { params: { id: unit.id } }), {
    onDone: ({ items }) => {
      onClose();
      void afterAssignments();
      offerUndo({ title: t('equipment.recovered', { count: items.length, unit: unit.name }), lines: items });
    },
  });
  return (
    <VerbDialog
      title={t('equipment.recoverTitle', { count: found?.total ?? 0, unit: unit.name })}
      word={t('equipment.recover')}
      verb={recover}
      isQuestion
      onRun={() => recover.run()}
      onClose={onClose}
    >
      <Text>{t('equipment.recoverBody')}</Text>
      <LineNames lines={lines} />
    </VerbDialog>
  );
}
