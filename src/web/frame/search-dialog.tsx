import { Modal, NavLink as Row, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBuilding, IconDeviceLaptop, IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { listCustomers } from '../../contract/customers.ts';
import { listEquipment } from '../../contract/equipment.ts';
import { listKeys, lookupKeys } from '../../contract/keys.ts';
import { maskLicenseKey, mayBeLicenseKey, readsAsLicenseKey } from '../../domain/license-key.ts';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { MaskedKey } from '../ui/masked-key.tsx';

const shown = 5;

/** Loaded when it is first opened. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('search.open')} size="lg">
      <Search onDone={onClose} />
    </Modal>
  );
}

function Search({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 150);
  const navigate = useNavigate();
  const may = useMay();
  const found = useQuery({
    queryKey: ['search', mayBeLicenseKey(q) ? 'whole' : q, q.length],
    enabled: q !== '',
    gcTime: 0,
    queryFn: () => findAll(q, may('keys.lookup')),
  }).data;
  const go = (to: string) => () => {
    onDone();
    void navigate(to);
  };
  return (
    <Stack gap={4}>
      <TextInput
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder={t('search.hint')}
        aria-label={t('search.open')}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
      />
      {found?.keys.map((key) => (
        <Row
          key={key.id}
          component="button"
          onClick={go(`/keys/${key.id}`)}
          leftSection={<IconKey size={16} />}
          label={<MaskedKey mask={key.maskedKey} />}
          description={key.product.name}
        />
      ))}
      {found?.units.map((unit) => (
        <Row
          key={unit.id}
          component="button"
          onClick={go(`/equipment/${unit.id}`)}
          leftSection={<IconDeviceLaptop size={16} />}
          label={unit.name}
          description={[unit.serialNumber, unit.customer.name].filter(Boolean).join(' · ')}
        />
      ))}
      {found?.customers.map((customer) => (
        <Row
          key={customer.id}
          component="button"
          onClick={go(`/customers/${customer.id}`)}
          leftSection={<IconBuilding size={16} />}
          label={customer.name}
        />
      ))}
      {found && found.keys.length + found.units.length + found.customers.length === 0 && (
        <Text className="help">{t('search.none')}</Text>
      )}
    </Stack>
  );
}

/**
 * What may be a whole license key is looked up in a body, or found by its last characters where one may not; where no
 * key is like that it is what a unit is called. What can hardly be anything but a license key goes into no address.
 */
async function findAll(q: string, mayLookUp: boolean) {
  const isWhole = mayBeLicenseKey(q);
  if (isWhole && mayLookUp) {
    const { items } = await client.call(lookupKeys, { body: { licenseKey: q } });
    if (items.length > 0) return { keys: items, units: [], customers: [] };
  }
  const none = { items: [] };
  const query = { q: q.slice(0, 100), limit: shown };
  const keyText = isWhole ? (mayLookUp ? '' : maskLicenseKey(q).tail) : query.q;
  const isNoName = readsAsLicenseKey(q);
  const [keys, units, customers] = await Promise.all([
    keyText === '' ? none : client.call(listKeys, { query: { ...query, q: keyText } }),
    isNoName ? none : client.call(listEquipment, { query }),
    isNoName ? none : client.call(listCustomers, { query }),
  ]);
  return { keys: keys.items ?? [], units: units.items ?? [], customers: customers.items ?? [] };
}
