import { Checkbox, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { revokeKeys } from '../../contract/keys.ts';
import { problemOf } from '../api/client.ts';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import { holdersOf } from './holders.ts';
import type { Key } from './key-kind.tsx';
import { afterKeys } from './key-record.ts';

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
    (send, body: { reason: string; removeAssignments: boolean }) =>
      send(revokeKeys, { body: { ...body, keyIds: ids } }),
    {
      said: ({ items }) => ({
        title: t('keys.revoke.done', { count: items.length, number: number(items.length) }),
      }),
      onDone: ({ items }) => {
        void afterKeys(...items);
        onDone();
      },
    },
  );
  const isHeld = item ? item.seatsTaken > 0 : problemOf(verb.error)?.code === 'key_assigned';
  // One key that is applied is removed by the button's own words; many ask for the choice.
  const removeAssignments = item ? isHeld : removes;
  const name = item && `${item.product.name} ${shortMaskOf(item.maskedKey, words)}`;
  return (
    <VerbDialog
      title={
        name ? t('keys.revoke.titleOne') : t('keys.revoke.title', { count: ids.length, number: number(ids.length) })
      }
      word={t(removeAssignments ? 'keys.revoke.removeAndRevoke' : 'keys.revoke.verb')}
      verb={verb}
      isDanger
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
