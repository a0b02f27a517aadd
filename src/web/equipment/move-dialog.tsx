import { Text } from '@mantine/core';
import { useState } from 'react';
import { transferKeys } from '../../contract/equipment.ts';
import { problemOf } from '../api/client.ts';
import { LineNames } from '../assignments/remove-dialog.tsx';
import { useUndo } from '../assignments/use-undo.ts';
import { afterAssignments } from '../assignments/write-assignments.ts';
import { UnitPicker } from '../keys/unit-picker.tsx';
import { HeldBy } from '../ui/held-by.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import type { Unit } from './equipment-kind.tsx';
import { useUnitLines } from './use-unit-lines.ts';

/** Moves all keys of a unit to its replacement in one action (A11). */
export function MoveDialog({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const { t } = useWords();
  const offerUndo = useUndo();
  const [target, setTarget] = useState<{ id: string; name: string }>();
  const found = useUnitLines(unit.id).data;
  const lines = (found?.lines ?? []).map(({ assignment }) => assignment);
  const move = useVerb(
    (send, to: { id: string; name: string }) =>
      send(transferKeys, { params: { id: unit.id }, body: { toEquipmentId: to.id } }),
    {
      onDone: ({ items }, to) => {
        onClose();
        void afterAssignments();
        offerUndo({
          title: t('equipment.moved', { count: items.length, unit: to.name }),
          lines: lines.filter(({ key }) => items.some((item) => item.key.id === key.id)),
          moved: items,
        });
      },
    },
  );
  const heldBy = problemOf(move.error)?.heldBy;
  return (
    <VerbDialog
      title={t('equipment.moveTitle', { count: found?.total ?? 0, unit: unit.name })}
      word={t('equipment.moveVerb')}
      verb={move}
      why={target ? undefined : t('equipment.chooseUnit')}
      onRun={() => target && move.run(target)}
      onClose={onClose}
      next={heldBy && <HeldBy records={heldBy} />}
    >
      <Text>{t('equipment.moveBody')}</Text>
      <LineNames lines={lines} />
      <UnitPicker
        value={target?.id ?? null}
        onChange={(id, name) => setTarget(id === null ? undefined : { id, name })}
        error={undefined}
        help={t('equipment.moveHelp')}
        without={unit.id}
      />
    </VerbDialog>
  );
}
