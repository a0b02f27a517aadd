import { Alert, Button, Group, Modal, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { BodyInputOf } from '../../contract/endpoint.ts';
import { type renewKey, renewKeys } from '../../contract/keys.ts';
import { renewedEnd } from '../../domain/renewal.ts';
import { DayInput } from '../ui/day-input.tsx';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords, type Words } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';
import { afterKeys } from './key-record.ts';
import classes from './keys.module.css';
import { offerEnds } from './offer-ends.ts';

type Props = {
  ids: string[];
  /** The one key, where it is one. */
  item?: Key;
  onClose: () => void;
  /** Called once it is done and read. */
  onDone?: () => void;
};

const periods = ['P1Y', 'P2Y', 'P3Y', 'P6M', 'P30D'] as const;

/** Gives keys a later end (C5): a day, or a period from each key's present end. Afterwards it offers a calendar file. */
export function RenewDialog({ ids, item, onClose, onDone = onClose }: Props) {
  const words = useWords();
  const { t, label, day, number } = words;
  const [by, setBy] = useState<string>('P1Y');
  const [end, setEnd] = useState<string | null>(null);
  const [reference, setReference] = useState('');
  const [renewed, setRenewed] = useState<Key[]>();
  const verb = useVerb(
    (send, body: BodyInputOf<typeof renewKey>) => send(renewKeys, { body: { ...body, keyIds: ids } }),
    {
      onDone: ({ items }) => {
        setRenewed(items);
        void afterKeys(...items);
      },
    },
  );
  if (renewed) return <Renewed keys={renewed} words={words} onClose={onDone} />;
  const request = by === 'day' ? { validityEnd: end ?? undefined } : { extendBy: by };
  const preview = item?.validityEnd && (by !== 'day' || end) ? renewedEnd(item.validityEnd, request) : undefined;
  return (
    <VerbDialog
      title={
        item
          ? t('keys.renew.titleOne', { key: shortMaskOf(item.maskedKey, words), product: item.product.name })
          : t('keys.renew.title', { count: ids.length, number: number(ids.length) })
      }
      word={t('keys.renew.verb')}
      verb={verb}
      onClose={onClose}
      onRun={() => void verb.run({ ...request, ...(reference.trim() && { reference }) })}
      why={by === 'day' && end === null ? t('keys.renew.chooseDay') : undefined}
    >
      <SegmentedControl
        className={classes.periods ?? ''}
        aria-label={t('keys.renew.by')}
        value={by}
        onChange={setBy}
        data={[...periods, 'day'].map((value) => ({ value, label: t(`keys.renew.period.${value}`) }))}
      />
      {by === 'day' && (
        <DayInput
          popoverProps={{ withinPortal: true }}
          label={label('key', 'validityEnd')}
          value={end}
          onChange={setEnd}
          error={verb.faultOf('validityEnd')}
          description={t('keys.renew.dayHelp')}
        />
      )}
      <Text>
        {preview && item
          ? t('keys.renew.preview', { before: day(item.validityEnd), after: day(preview) })
          : t('keys.renew.fromEach')}
      </Text>
      <TextInput
        label={t('keys.renew.reference')}
        description={t('keys.renew.referenceHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={verb.faultOf('reference')}
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
        data-autofocus
      />
    </VerbDialog>
  );
}

/** What was renewed, and the new ends for one's calendar. */
function Renewed({ keys, words, onClose }: { keys: Key[]; words: Words; onClose: () => void }) {
  const { t, day, number } = words;
  const ends = [...new Set(keys.map(({ validityEnd }) => validityEnd ?? ''))].sort();
  const title = t('keys.renew.done', { count: keys.length, number: number(keys.length) });
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': t('keys.close') }}>
      <div className={classes.dialog}>
        <Alert variant="light" role="status">
          {ends.length === 1
            ? t('keys.renew.newEnd', { end: day(ends[0]) })
            : t('keys.renew.newEnds', { first: day(ends[0]), last: day(ends.at(-1)) })}{' '}
          {t('keys.renew.stay')}
        </Alert>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" leftSection={<IconCalendarPlus size={16} />} onClick={() => offerEnds(keys, words)}>
            {t('keys.renew.calendar')}
          </Button>
          <Button onClick={onClose} data-autofocus>
            {t('keys.close')}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
