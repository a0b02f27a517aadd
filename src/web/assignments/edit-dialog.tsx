import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { updateAssignment } from '../../contract/assignments.ts';
import { problemOf } from '../api/client.ts';
import { describeBody } from '../form/describe.ts';
import { Refusal } from '../ui/refusal.tsx';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import { AppliedOnField } from './applied-on-field.tsx';
import { type Assignment, afterAssignments, editLine } from './write-assignments.ts';

const describe = describeBody(updateAssignment);

/** Corrects the applied date or the remarks of a line. */
export function EditDialog({ line, onClose }: { line: Assignment; onClose: () => void }) {
  const words = useWords();
  const { t, label, language } = words;
  const [appliedOn, setAppliedOn] = useState<string | null>(line.appliedOn);
  const [remarks, setRemarks] = useState(line.remarks ?? '');
  const save = useMutation({
    mutationFn: () => editLine(line, { appliedOn: appliedOn ?? line.appliedOn, remarks: remarks || null }),
    retry: false,
    onSuccess: async () => {
      onClose();
      toast({ title: t('assignments.saved') });
      await afterAssignments();
    },
  });
  const fault = problemOf(save.error)?.errors?.find(({ pointer }) => pointer === '/appliedOn');
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('assignments.close') }}
      opened
      onClose={onClose}
      title={t('assignments.editTitle', { product: line.key.product.name })}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap={16}>
          <Refusal error={save.error} />
          <AppliedOnField value={appliedOn} onChange={setAppliedOn} isWrong={fault !== undefined} />
          <Textarea
            label={label('assignment', 'remarks')}
            description={language === 'en' ? describe('remarks') : t('help.assignment.remarks')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={remarks}
            onChange={(event) => setRemarks(event.currentTarget.value)}
            autosize
            minRows={2}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('assignments.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('assignments.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
