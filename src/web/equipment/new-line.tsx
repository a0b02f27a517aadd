import { Button, CloseButton, Group, Kbd, TextInput } from '@mantine/core';
import { useHotkeys, useSessionStorage } from '@mantine/hooks';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useMe } from '../api/me.ts';
import { AppliedOnField } from '../assignments/applied-on-field.tsx';
import type { Assignment } from '../assignments/write-assignments.ts';
import type { Key } from '../keys/key-kind.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './applied-features.module.css';
import type { Unit } from './equipment-kind.tsx';
import { KeyEnd, KeyPicker } from './key-picker.tsx';
import { RefusedLine } from './refused-line.tsx';
import { useApply } from './use-apply.ts';

type Props = {
  unit: Unit;
  columns: number;
  hasUsers: boolean;
  onDone: (assignment: Assignment) => void;
  onDiscard: () => void;
};

/** The line as it is typed; its texts are kept until it is saved or discarded. */
function useDraft({ unit, onDone, onDiscard }: Props) {
  const me = useMe();
  const [key, setKey] = useState<Key | null>(null);
  const [appliedOn, setAppliedOn] = useState<string | null>(me?.today ?? null);
  const [draft, setDraft, forget] = useSessionStorage({
    key: `keybook.draft.line/${unit.id}`,
    defaultValue: { remarks: '', userName: '' },
  });
  const apply = useApply(unit.id, (assignment) => {
    forget();
    onDone(assignment);
  });
  const save = (keyId: string | undefined): void => {
    if (keyId === undefined) return;
    const { remarks, userName } = draft;
    void apply.run({
      keyId,
      ...(appliedOn && { appliedOn }),
      ...(remarks && { remarks }),
      ...(userName && { userName }),
    });
  };
  const discard = (): void => {
    forget();
    onDiscard();
  };
  return { key, setKey, appliedOn, setAppliedOn, draft, setDraft, apply, save, discard };
}

/** The line that is being added: key, date, by whom, remarks. Saving takes the seat, or says who has it. */
export function NewLine(props: Props) {
  const { t, label } = useWords();
  const me = useMe();
  const { unit, columns, hasUsers } = props;
  const { key, setKey, appliedOn, setAppliedOn, draft, setDraft, apply, save, discard } = useDraft(props);
  const end = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  useHotkeys([['mod+S', () => save(key?.id)]], []);
  return (
    <>
      <tr className={classes.newLine} onKeyDown={(event) => event.key === 'Escape' && !key && discard()}>
        <td>
          <KeyPicker unit={unit} chosen={key} onChange={setKey} />
        </td>
        <td>{key ? <KeyEnd item={key} /> : '–'}</td>
        <td>
          <AppliedOnField bare value={appliedOn} onChange={setAppliedOn} />
        </td>
        <td className={classes.wideOnly}>{me?.name}</td>
        {hasUsers && <td className={classes.wideOnly}>{draft.userName || '–'}</td>}
        <td>
          <TextInput
            aria-label={label('assignment', 'remarks')}
            placeholder={t('equipment.optional')}
            value={draft.remarks}
            onChange={(event) => setDraft({ ...draft, remarks: event.currentTarget.value })}
            onKeyDown={(event) => event.key === 'Enter' && save(key?.id)}
          />
        </td>
        <td className={classes.tools}>
          <CloseButton aria-label={t('equipment.discardLine')} onClick={discard} />
        </td>
      </tr>
      <tr className={classes.newLine} ref={end}>
        <td colSpan={columns}>
          <RefusedLine verb={apply} onNext={(next) => save(next.id)} />
          <Group gap="8px 12px" pt={4} pb={8}>
            <VerbButton
              variant="filled"
              loading={apply.busy}
              why={key ? undefined : t('equipment.chooseFirst')}
              onClick={() => save(key?.id)}
              leftSection={<IconDeviceFloppy size={16} />}
              rightSection={<Kbd size="xs">Ctrl S</Kbd>}
            >
              {t('equipment.saveLine')}
            </VerbButton>
            <Button variant="default" onClick={discard}>
              {t('equipment.discardLine')}
            </Button>
            <TextInput
              w={220}
              aria-label={label('assignment', 'userName')}
              placeholder={t('equipment.userOptional')}
              value={draft.userName}
              onChange={(event) => setDraft({ ...draft, userName: event.currentTarget.value })}
            />
            <span className="help">{t('equipment.savingSays')}</span>
          </Group>
        </td>
      </tr>
    </>
  );
}
