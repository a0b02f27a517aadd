import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { updateAssignment } from '../../contract/assignments.ts';
import { describeBody } from '../form/describe.ts';
import { useHelp } from '../form/use-help.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import { AppliedOnField } from './applied-on-field.tsx';
import { type Assignment, afterAssignments } from './write-assignments.ts';

const describe = describeBody(updateAssignment);

/** Corrects the applied date or the remarks of a line. */
export function EditDialog({ line, onClose }: { line: Assignment; onClose: () => void }) {
  const { t, label } = useWords();
  const help = useHelp('assignment', describe);
  const [appliedOn, setAppliedOn] = useState<string | null>(line.appliedOn);
  const [remarks, setRemarks] = useState(line.remarks ?? '');
  const save = useVerb(
    (send, body: { appliedOn: string; remarks: string | null }) =>
      send(updateAssignment, { params: { id: line.id }, body, ifMatch: line.version }),
    {
      said: t('assignments.saved'),
      onDone: () => {
        onClose();
        void afterAssignments();
      },
    },
  );
  return (
    <VerbDialog
      title={t('assignments.editTitle', { product: line.key.product.name })}
      word={t('assignments.save')}
      verb={save}
      onRun={() => save.run({ appliedOn: appliedOn ?? line.appliedOn, remarks: remarks || null })}
      onClose={onClose}
    >
      <AppliedOnField value={appliedOn} onChange={setAppliedOn} isWrong={save.faultOf('appliedOn') !== undefined} />
      <Textarea
        label={label('assignment', 'remarks')}
        description={help('remarks')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={save.faultOf('remarks')}
        value={remarks}
        onChange={(event) => setRemarks(event.currentTarget.value)}
        autosize
        minRows={2}
        data-autofocus
      />
    </VerbDialog>
  );
}
