import { Autocomplete, Button, Select, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { BodyInputOf } from '../../contract/endpoint.ts';
import { deleteKey, reinstateKey, replaceKey } from '../../contract/keys.ts';
import { deliveries } from '../../domain/deliveries.ts';
import { problemOf } from '../api/client.ts';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { faultWords } from '../ui/refusal-words.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords, type Words } from '../words/use-words.ts';
import { holdersOf } from './holders.ts';
import type { Key } from './key-kind.tsx';
import { afterKeys } from './key-record.ts';
import { contentOf, type GivenFile } from './license-file.ts';
import { LicenseFileInput } from './license-file-input.tsx';
import { readLicenseKey } from './read-license-key.ts';

type Props = { item: Key; onClose: () => void };

function nameOf({ product, maskedKey }: Key, words: Words): string {
  return `${product.name} ${shortMaskOf(maskedKey, words)}`;
}

/** A new key in the place of a lost, compromised or refreshed one (C7). */
export function ReplaceDialog({ item, onClose }: Props) {
  const words = useWords();
  const { t, label, value } = words;
  const navigate = useNavigate();
  const [delivery, setDelivery] = useState(item.delivery);
  const [licenseKey, setLicenseKey] = useState('');
  const [licenseFile, setLicenseFile] = useState<GivenFile>();
  const [reason, setReason] = useState('');
  const verb = useVerb(
    (send, body: BodyInputOf<typeof replaceKey>) =>
      send(replaceKey, { params: { id: item.id }, body, ifMatch: item.version }),
    {
      said: (created) => ({ title: t('keys.replace.done', { key: shortMaskOf(created.maskedKey, words) }) }),
      onDone: (created) => {
        void afterKeys(created);
        onClose();
        void navigate(`/keys/${created.id}`);
      },
    },
  );
  const read = licenseKey === '' ? undefined : readLicenseKey(licenseKey);
  const existing = problemOf(verb.error)?.existing;
  return (
    <VerbDialog
      title={t('keys.replace.title', { key: nameOf(item, words) })}
      word={t('keys.replace.verb')}
      verb={verb}
      isDanger
      onClose={onClose}
      onRun={() => void verb.run({ ...contentOf({ delivery, licenseKey, licenseFile }), reason })}
      next={
        existing && (
          <Button variant="default" onClick={() => void navigate(`/keys/${existing.id}`)}>
            {t('keys.openExisting')}
          </Button>
        )
      }
    >
      <Text>
        {item.seatsTaken > 0 ? t('keys.replace.held', { holders: holdersOf(item, words) }) : t('keys.replace.free')}
      </Text>
      <Select
        label={label('key', 'delivery')}
        required
        allowDeselect={false}
        data={deliveries.map((name) => ({ value: name, label: value('delivery', name) }))}
        value={delivery}
        onChange={(chosen) => setDelivery(deliveries.find((name) => name === chosen) ?? delivery)}
      />
      {delivery === 'key' && (
        <TextInput
          label={t('keys.replace.newKey')}
          required
          classNames={{ input: 'mono' }}
          error={read && 'fault' in read ? faultWords(read.fault, words) : verb.faultOf('licenseKey')}
          value={licenseKey}
          onChange={(event) => setLicenseKey(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          aria-label={`${t('keys.replace.newKey')} (${label('key', 'licenseKey')})`}
          data-autofocus
        />
      )}
      {delivery === 'file' && (
        <LicenseFileInput
          label={t('keys.replace.newFile')}
          error={verb.faultOf('licenseFile')}
          value={licenseFile}
          onChange={setLicenseFile}
        />
      )}
      <Autocomplete
        label={t('keys.reason')}
        description={t('keys.reasonHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        data={['lost', 'compromised', 'refreshed'].map((name) => t(`keys.replace.${name}`))}
        error={verb.faultOf('reason')}
        value={reason}
        onChange={setReason}
      />
    </VerbDialog>
  );
}

/** Brings a revoked key back. */
export function ReinstateDialog({ item, onClose }: Props) {
  const words = useWords();
  const { t } = words;
  const [reason, setReason] = useState('');
  const verb = useVerb(
    (send, body: { reason: string }) => send(reinstateKey, { params: { id: item.id }, body, ifMatch: item.version }),
    {
      said: (key) => ({ title: t('keys.reinstate.done', { key: nameOf(key, words) }) }),
      onDone: (key) => {
        void afterKeys(key);
        onClose();
      },
    },
  );
  return (
    <VerbDialog
      title={t('keys.reinstate.title', { key: nameOf(item, words) })}
      word={t('keys.reinstate.verb')}
      verb={verb}
      onClose={onClose}
      onRun={() => void verb.run({ reason })}
    >
      <Text>{t('keys.reinstate.body')}</Text>
      <TextInput
        label={t('keys.reason')}
        description={t('keys.reasonHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        error={verb.faultOf('reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </VerbDialog>
  );
}

/** Deletes a key without assignments; offers to revoke it instead, because its trail goes with it (K11). */
export function DeleteDialog({ item, onClose, onRevoke }: Props & { onRevoke: (() => void) | undefined }) {
  const words = useWords();
  const { t } = words;
  const navigate = useNavigate();
  const verb = useVerb((send) => send(deleteKey, { params: { id: item.id }, ifMatch: item.version }), {
    said: t('keys.delete.done', { key: nameOf(item, words) }),
    onDone: () => {
      onClose();
      void navigate('/keys');
      void afterKeys();
    },
  });
  return (
    <VerbDialog
      title={t('keys.delete.title', { key: nameOf(item, words) })}
      word={t('keys.delete.verb')}
      verb={verb}
      isDanger
      isQuestion
      onClose={onClose}
      onRun={() => void verb.run()}
      instead={
        onRevoke && (
          <Button variant="default" onClick={onRevoke}>
            {t('keys.delete.revokeInstead')}
          </Button>
        )
      }
    >
      <Text>{t('keys.delete.body')}</Text>
      {onRevoke && <Text>{t('keys.delete.orRevoke')}</Text>}
    </VerbDialog>
  );
}
