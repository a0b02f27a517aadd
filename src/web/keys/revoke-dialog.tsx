import { Checkbox, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { revokeKeys } from '../../contract/keys.ts';
import { client, problemOf } from '../api/client.ts';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import { holdersOf } from './holders.ts';
import type { Key } from './key-kind.tsx';
import { afterKeys } from './key-record.ts';
import { useVerb } from './use-verb.ts';
import { VerbDialog } from './verb-dialog.tsx';

type Props = {
  ids: string[];
  /** The one key, where it is one. */
  item?: Key;
  onClose: () => void;
  /** Called once it is done and read. */
  onDone?: () => void;
};

/** Takes keys out of use for good (C6); where one is applied, it can be removed there in the same step. */
export function RevokeDialog({ ids, item, onClose, onDone = onClose }: Props) {
  const words = useWords();
  const { t, number } = words;
  const [reason, setReason] = useState('');
  const [removes, setRemoves] = useState(false);
  const verb = useVerb(
    (body: { reason: string; removeAssignments: boolean }, idempotencyKey) =>
      client.call(revokeKeys, { body: { ...body, keyIds: ids }, idempotencyKey }),
    ({ items }) => {
      toast({ title: t('keys.revoke.done', { count: items.length, number: number(items.length) }) });
      void afterKeys(...items);
      onDone();
    },
  );
  const isHeld = item ? item.seatsTaken > 0 : problemOf(verb.error)?.code === 'key_assigned';
  // One key that is applied is removed by the button's own words; many ask for the choice.
  const removeAssignments = item ? isHeld : removes;
  const name = item && `${item.product.name} ${shortMaskOf(item.maskedKey)}`;
  return (
    <VerbDialog
      title={
        name ? t('keys.revoke.titleOne') : t('keys.revoke.title', { count: ids.length, number: number(ids.length) })
      }
      verb={t(removeAssignments ? 'keys.revoke.removeAndRevoke' : 'keys.revoke.verb')}
      isDanger
      busy={verb.busy}
      error={verb.error}
      onClose={onClose}
      onRun={() => void verb.run({ reason, removeAssignments })}
    >
      <Text>
        {item && isHeld
          ? t('keys.revoke.held', { key: name, holders: holdersOf(item, words) })
          : name
            ? t('keys.revoke.one', { key: name })
            : t('keys.revoke.many')}
      </Text>
      <Textarea
        label={t('keys.reason')}
        description={t('keys.reasonHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={verb.faultOf('reason')}
        required
        autosize
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      {!item && (
        <Checkbox
          label={t('keys.revoke.removeToo')}
          checked={removes}
          onChange={(event) => setRemoves(event.currentTarget.checked)}
        />
      )}
    </VerbDialog>
  );
}
