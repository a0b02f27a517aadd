import { Button, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { BodyInputOf } from '../../contract/endpoint.ts';
import { applyKey } from '../../contract/keys.ts';
import { problemOf } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { DayInput } from '../ui/day-input.tsx';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';
import { afterKeys } from './key-record.ts';
import { UnitPicker } from './unit-picker.tsx';

type Sent = { keyId: string; body: BodyInputOf<typeof applyKey> };

/** Applies a key to a unit, a user, or both. Where somebody was faster it offers the next free key (A4). */
export function ApplyDialog({ item, onClose }: { item: Key; onClose: () => void }) {
  const words = useWords();
  const { t, label } = words;
  const today = useMe()?.today ?? '';
  const navigate = useNavigate();
  const [unit, setUnit] = useState<{ id: string | null; name: string }>({ id: null, name: '' });
  const [userName, setUserName] = useState('');
  const [appliedOn, setAppliedOn] = useState<string | null>(today);
  const [remarks, setRemarks] = useState('');
  const verb = useVerb((send, { keyId, body }: Sent) => send(applyKey, { params: { id: keyId }, body }), {
    said: ({ key }) => {
      const title = t('keys.apply.done', { key: shortMaskOf(key.maskedKey, words), holder: unit.name || userName });
      const to = unit.id === null ? undefined : `/equipment/${unit.id}`;
      const action = to && { word: t('keys.open', { name: unit.name }), run: () => void navigate(to) };
      return { title, ...(action && { action }) };
    },
    onDone: ({ key }) => {
      void afterKeys();
      onClose();
      if (key.id !== item.id) void navigate(`/keys/${key.id}`);
    },
  });
  const apply = (keyId: string) =>
    verb.run({
      keyId,
      body: {
        ...(unit.id !== null && { equipmentId: unit.id }),
        ...(userName.trim() && { userName }),
        ...(appliedOn !== null && { appliedOn }),
        ...(remarks.trim() && { remarks }),
      },
    });
  const nextFree = problemOf(verb.error)?.nextFree;
  return (
    <VerbDialog
      title={t('keys.apply.title', { key: shortMaskOf(item.maskedKey, words), product: item.product.name })}
      word={t('keys.apply.verb')}
      verb={verb}
      onClose={onClose}
      onRun={() => void apply(item.id)}
      next={
        nextFree && (
          <Button variant="default" onClick={() => void apply(nextFree.id)}>
            {t('keys.apply.nextFree', { key: shortMaskOf(nextFree.maskedKey, words) })}
          </Button>
        )
      }
    >
      <UnitPicker value={unit.id} onChange={(id, name) => setUnit({ id, name })} error={verb.faultOf('equipmentId')} />
      <TextInput
        label={label('assignment', 'userName')}
        description={t('keys.apply.userHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={verb.faultOf('userName')}
        value={userName}
        onChange={(event) => setUserName(event.currentTarget.value)}
      />
      <DayInput
        popoverProps={{ withinPortal: true }}
        label={label('assignment', 'appliedOn')}
        value={appliedOn}
        onChange={setAppliedOn}
        maxDate={today}
        error={verb.faultOf('appliedOn')}
        description={t('keys.apply.dateHelp')}
      />
      <Textarea
        label={label('assignment', 'remarks')}
        autosize
        minRows={2}
        error={verb.faultOf('remarks')}
        value={remarks}
        onChange={(event) => setRemarks(event.currentTarget.value)}
      />
      {item.seats > 1 && (
        <Text className="help">{t('keys.seatsTaken', { taken: item.seatsTaken, seats: item.seats })}</Text>
      )}
    </VerbDialog>
  );
}
