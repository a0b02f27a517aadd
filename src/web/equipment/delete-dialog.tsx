import { Alert, Button, Group, List, Modal, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { deleteEquipment } from '../../contract/equipment.ts';
import { client, problemOf, queryClient } from '../api/client.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import type { Unit } from './equipment-kind.tsx';

type Props = { unit: Unit; onClose: () => void; onRetire: () => void };

/** Deletes a unit that nothing ever pointed to; any other is retired instead, and the refusal says what points (E7). */
export function DeleteDialog({ unit, onClose, onRetire }: Props) {
  const words = useWords();
  const { t } = words;
  const navigate = useNavigate();
  const deletion = useMutation({
    mutationFn: () => client.call(deleteEquipment, { params: { id: unit.id }, ifMatch: unit.version }),
    onSuccess: async () => {
      toast({ title: t('equipment.deleted', { unit: unit.name }) });
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
    <Modal
      closeButtonProps={{ 'aria-label': t('assignments.close') }}
      opened
      onClose={onClose}
      title={t('equipment.deleteTitle', { unit: unit.name })}
    >
      {deletion.error ? (
        <Alert color="red" variant="light" role="alert">
          {isHeld ? t('equipment.inUse') : refusalWords(deletion.error, words)}
          <List size="sm" mt={8}>
            {problem?.heldBy?.map(({ id, name }) => (
              <List.Item key={id}>{name}</List.Item>
            ))}
          </List>
        </Alert>
      ) : (
        <Text>{t('equipment.deleteBody')}</Text>
      )}
      <Group justify="flex-end" mt={16}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('assignments.cancel')}
        </Button>
        {unit.status !== 'retired' && (
          <Button variant={isHeld ? 'filled' : 'default'} onClick={retire}>
            {t('equipment.retire')}
          </Button>
        )}
        {!isHeld && (
          <Button
            color="var(--kb-danger-button)"
            c="var(--kb-danger-button-text)"
            loading={deletion.isPending}
            onClick={() => deletion.mutate()}
          >
            {t('equipment.delete')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
