import { Button, Stack, Text, Textarea } from '@mantine/core';
import { IconCheck, IconPlus, IconScan } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { updateAssignment } from '../../contract/assignments.ts';
import { type Assignment, afterAssignments } from '../assignments/write-assignments.ts';
import { KeyText } from '../keys/key-text.tsx';
import table from '../ui/lines.module.css';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import classes from './apply-sheet.module.css';

type Props = { assignment: Assignment; onAnother: () => void; onDone: () => void };

/** After applying: the seat is ours, now the key can be read or copied. */
export function AppliedCard({ assignment, onAnother, onDone }: Props) {
  const { t } = useWords();
  const { key } = assignment;
  return (
    <>
      <div className={table.scroll}>
        <Stack gap={16} px={16} pt={8} pb={16}>
          <Stack gap={4} align="center" className={classes.done ?? ''} role="status">
            <span className={classes.tick}>
              <IconCheck size={26} />
            </span>
            <h2>{t('equipment.appliedTo', { unit: assignment.equipment?.name })}</h2>
            <Text c="var(--kb-ink-2)">{key.product.name}</Text>
          </Stack>
          <KeyText keyId={key.id} mask={key.maskedKey} delivery={key.delivery} isOnUnit layout="card" />
          <RemarksLater assignment={assignment} />
        </Stack>
      </div>
      <Stack gap={8} className={classes.bottom ?? ''}>
        <Button variant="default" h={48} fz={16} leftSection={<IconPlus size={20} />} onClick={onAnother}>
          {t('equipment.applyAnother')}
        </Button>
        <Button component={Link} to="/scan" variant="default" h={48} fz={16} leftSection={<IconScan size={20} />}>
          {t('scan.next')}
        </Button>
        <Button h={48} fz={16} onClick={onDone}>
          {t('equipment.done')}
        </Button>
      </Stack>
    </>
  );
}

/** Remarks are written after the installation: saved when the field is left. */
function RemarksLater({ assignment }: { assignment: Assignment }) {
  const { t, label } = useWords();
  const [line, setLine] = useState(assignment);
  const [text, setText] = useState(assignment.remarks ?? '');
  const [isSaved, setSaved] = useState(false);
  const save = useVerb(
    (send, remarks: string | null) =>
      send(updateAssignment, { params: { id: line.id }, body: { remarks }, ifMatch: line.version }),
    {
      onDone: (saved) => {
        setLine(saved);
        setSaved(true);
        void afterAssignments();
      },
    },
  );
  return (
    <Textarea
      styles={{ input: { fontSize: 16 } }}
      label={label('assignment', 'remarks')}
      description={t(isSaved ? 'assignments.saved' : 'equipment.savedOnLeave')}
      error={save.error !== undefined && t('assignments.lost')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== (line.remarks ?? '') && void save.run(text || null)}
      autosize
    />
  );
}
