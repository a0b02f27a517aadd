import { Button, List, Text } from '@mantine/core';
import { useNavigate } from 'react-router';
import { deleteEquipment } from '../../contract/equipment.ts';
import { problemOf, queryClient } from '../api/client.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import type { Unit } from './equipment-kind.tsx';

type Props = { unit: Unit; onClose: () => void; onRetire: () => void };

/** Deletes a unit that nothing ever pointed to; any other is retired instead, and the refusal says what points (E7). */
export function DeleteDialog({ unit, onClose, onRetire }: Props) {
  const { t } = useWords();
  const navigate = useNavigate();
  const deletion = useVerb((send) => send(deleteEquipment, { params: { id: unit.id }, ifMatch: unit.version }), {
    said: t('equipment.deleted', { unit: unit.name }),
    onDone: async () => {
      await navigate('/equipment');
      queryClient.removeQueries({ queryKey: ['equipment', 'one', unit.id] });
      await queryClient.invalidateQueries({ queryKey: ['equipment'] });
    },
  });
  const problem = problemOf(deletion.error);
  const isHeld = problem?.code === 'in_use';
  const retire = (): void => {
    onClose();
    onRetire();
  };
  return (
    <VerbDialog
      title={t('equipment.deleteTitle', { unit: unit.name })}
      word={t('equipment.delete')}
      verb={deletion}
      isDanger
      isQuestion
      why={isHeld ? t('equipment.inUse') : undefined}
      onRun={() => deletion.run()}
      onClose={onClose}
      next={
        problem?.heldBy && (
          <List size="sm">
            {problem.heldBy.map(({ id, name }) => (
              <List.Item key={id}>{name}</List.Item>
            ))}
          </List>
        )
      }
      instead={
        unit.status !== 'retired' && (
          <Button variant={isHeld ? 'filled' : 'default'} onClick={retire}>
            {t('equipment.retire')}
          </Button>
        )
      }
    >
      <Text>{t(isHeld ? 'equipment.inUse' : 'equipment.deleteBody')}</Text>
    </VerbDialog>
  );
}
