import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { transferKeys } from '../../contract/equipment.ts';
import { client, newIntent, problemOf } from '../api/client.ts';
import { LineNames } from '../assignments/remove-dialog.tsx';
import { useUndo } from '../assignments/use-undo.ts';
import { afterAssignments } from '../assignments/write-assignments.ts';
import { UnitPicker } from '../keys/unit-picker.tsx';
import { RecordLink } from '../ui/record-link.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import type { Unit } from './equipment-kind.tsx';
import { useUnitLines } from './use-unit-lines.ts';

/** Moves all keys of a unit to its replacement in one action (A11). */
export function MoveDialog({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const offerUndo = useUndo();
  const [target, setTarget] = useState<{ id: string; name: string; intent: string }>();
  const found = useUnitLines(unit.id).data;
  const lines = (found?.lines ?? []).map(({ assignment }) => assignment);
  const move = useMutation({
    mutationFn: ({ id, intent }: { id: string; intent: string }) =>
      client.call(transferKeys, { params: { id: unit.id }, body: { toEquipmentId: id }, idempotencyKey: intent }),
    onSuccess: ({ items }) => {
      onClose();
      void afterAssignments();
      const title = t('equipment.moved', { count: items.length, unit: target?.name });
      offerUndo({
        title,
        lines: lines.filter(({ key }) => items.some((item) => item.key.id === key.id)),
        moved: items,
      });
    },
  });
  const problem = problemOf(move.error);
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('assignments.close') }}
      opened
      onClose={onClose}
      title={t('equipment.moveTitle', { count: found?.total ?? 0, unit: unit.name })}
    >
      <Stack gap={12}>
        <Text>{t('equipment.moveBody')}</Text>
        <LineNames lines={lines} />
        <UnitPicker
          value={target?.id ?? null}
          onChange={(id, name) => setTarget(id === null ? undefined : { id, name, intent: newIntent() })}
          error={undefined}
          help={t('equipment.moveHelp')}
          without={unit.id}
        />
        {move.error && (
          <Alert color="red" variant="light" role="alert">
            {refusalWords(move.error, words)}
            {problem?.heldBy && (
              <List size="sm" mt={4}>
                {problem.heldBy.map(({ id, name }) => (
                  <List.Item key={id}>
                    <RecordLink to={`/keys/${id}`}>{name}</RecordLink>
                  </List.Item>
                ))}
              </List>
            )}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('assignments.cancel')}
          </Button>
          <VerbButton
            variant="filled"
            why={target ? undefined : t('equipment.chooseUnit')}
            loading={move.isPending}
            onClick={() => target && move.mutate(target)}
          >
            {t('equipment.moveVerb')}
          </VerbButton>
        </Group>
      </Stack>
    </Modal>
  );
}
