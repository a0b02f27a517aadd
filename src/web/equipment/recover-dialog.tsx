import { Alert, Button, Group, Modal, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { recoverKeys } from '../../contract/equipment.ts';
import { client, newIntent } from '../api/client.ts';
import { LineNames } from '../assignments/remove-dialog.tsx';
import { useUndo } from '../assignments/use-undo.ts';
import { afterAssignments } from '../assignments/write-assignments.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import type { Unit } from './equipment-kind.tsx';
import { useUnitLines } from './use-unit-lines.ts';

/** Recovers all keys of a unit in one action, after saying how many and which (A10). */
export function RecoverDialog({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const offerUndo = useUndo();
  const [intent] = useState(newIntent);
  const found = useUnitLines(unit.id).data;
  const lines = (found?.lines ?? []).map(({ assignment }) => assignment);
  const recover = useMutation({
    mutationFn: () => client.call(recoverKeys, { params: { id: unit.id }, idempotencyKey: intent }),
    onSuccess: ({ items }) => {
      onClose();
      void afterAssignments();
      offerUndo({ title: t('equipment.recovered', { count: items.length, unit: unit.name }), lines: items });
    },
  });
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('assignments.close') }}
      opened
      onClose={onClose}
      title={t('equipment.recoverTitle', { count: found?.total ?? 0, unit: unit.name })}
    >
      {recover.error && (
        <Alert color="red" variant="light" role="alert" mb={8}>
          {refusalWords(recover.error, words)}
        </Alert>
      )}
      <Text>{t('equipment.recoverBody')}</Text>
      <LineNames lines={lines} />
      <Group justify="flex-end" mt={16}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('assignments.cancel')}
        </Button>
        <Button loading={recover.isPending} onClick={() => recover.mutate()}>
          {t('equipment.recover')}
        </Button>
      </Group>
    </Modal>
  );
}
