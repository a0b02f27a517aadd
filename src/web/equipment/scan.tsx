import { Button, Stack, TextInput } from '@mantine/core';
import { IconChevronRight, IconPlus, IconScan } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { lookupKeys } from '../../contract/keys.ts';
import { readsAsLicenseKey } from '../../domain/license-key.ts';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { PageHead } from '../ui/page-head.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { Camera, canSee } from './camera.tsx';
import type { Unit } from './equipment-kind.tsx';
import { findUnits, unitInAddress } from './find-unit.ts';
import classes from './scan.module.css';
import { UnitStatusBadge } from './unit-status.tsx';

/** What was found: what it opens, or the units among which one is chosen. */
type Found = { scanned: string; opened: string | undefined; units: Unit[]; isKey: boolean };

/** Looks up what was scanned or typed, and opens it where it is one thing. `round` begins the camera anew. */
function useScan() {
  const navigate = useNavigate();
  const may = useMay();
  const [text, setText] = useState('');
  const [round, setRound] = useState(0);
  const [found, setFound] = useState<Found>();
  const find = useVerb(
    async (_, { scanned, isLabel }: { scanned: string; isLabel: boolean }): Promise<Found> => {
      const id = unitInAddress(scanned);
      if (id !== undefined) return { scanned, opened: `/equipment/${id}`, units: [], isKey: false };
      // The sticker beside the label: its text goes into no address, and opens the record that has it.
      if (!isLabel && readsAsLicenseKey(scanned)) {
        const { items } = may('keys.lookup')
          ? await client.call(lookupKeys, { body: { licenseKey: scanned } })
          : { items: [] };
        return { scanned, opened: items[0] && `/keys/${items[0].id}`, units: [], isKey: true };
      }
      const { exact, alike } = await findUnits(scanned);
      const [unit] = exact;
      const opened = unit && exact.length === 1 ? `/equipment/${unit.id}` : undefined;
      return { scanned, opened, units: [...exact, ...alike], isKey: false };
    },
    {
      onDone: (answer) => {
        setFound(answer);
        const { scanned, opened, isKey } = answer;
        if (opened !== undefined) void navigate(opened, isKey ? {} : { state: { scanned } });
      },
    },
  );
  const look = (scanned: string, isLabel = false): void => {
    setText(scanned);
    if (scanned.trim() === '') return;
    setFound(undefined);
    void find.run({ scanned: scanned.trim(), isLabel });
  };
  const again = (): void => {
    setText('');
    setFound(undefined);
    setRound(round + 1);
  };
  return { text, setText, round, found, find, look, again };
}

/** Scan a label, with the camera or a hand scanner, or type it: the unit opens (A13); a license key opens its record (K19). */
export function Component() {
  const { t } = useWords();
  const { text, setText, round, found, find, look, again } = useScan();
  return (
    <>
      <PageHead title={t('scan.title')} />
      <Stack gap={16} className={classes.page ?? ''}>
        {canSee() && !found && <Camera key={round} onCode={look} />}
        <form
          className={classes.typed}
          onSubmit={(event) => {
            event.preventDefault();
            look(text);
          }}
        >
          <TextInput
            label={t('scan.typed')}
            description={t(canSee() ? 'scan.typedHelp' : 'scan.noCameraHelp')}
            inputWrapperOrder={['label', 'input', 'description']}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            // A hand scanner types into the field that has the focus; on a phone the keyboard would hide the camera.
            autoFocus={!canSee()}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            enterKeyHint="search"
          />
          <Button type="submit" h={48} fz={16} loading={find.busy}>
            {t('scan.open')}
          </Button>
        </form>
        {find.error !== undefined && <Failure error={find.error} again={() => look(text)} />}
        {found && found.opened === undefined && (
          <section className={classes.found} role="status">
            {found.isKey ? (
              <>
                <p>{t('scan.licenseKey')}</p>
                <Button variant="default" h={48} fz={16} onClick={() => look(found.scanned, true)}>
                  {t('scan.isLabel')}
                </Button>
              </>
            ) : (
              <Choices scanned={found.scanned} units={found.units} />
            )}
            <Button variant="default" h={48} fz={16} leftSection={<IconScan size={20} />} onClick={again}>
              {t('scan.again')}
            </Button>
          </section>
        )}
      </Stack>
    </>
  );
}

/** Several units, or none: then a new one can be made with what was scanned. */
function Choices({ scanned, units }: { scanned: string; units: Unit[] }) {
  const { t } = useWords();
  const may = useMay();
  const create = (field: 'serialNumber' | 'assetTag') => (
    <Button
      component={Link}
      to={`/equipment/new?${new URLSearchParams({ name: scanned, [field]: scanned })}`}
      variant="default"
      h={48}
      fz={16}
      leftSection={<IconPlus size={20} />}
    >
      {t(`scan.new.${field}`)}
    </Button>
  );
  return (
    <>
      <p>{t(units.length === 0 ? 'scan.nothing' : 'scan.several', { scanned })}</p>
      <ul>
        {units.map((unit) => (
          <li key={unit.id}>
            <Link to={`/equipment/${unit.id}`} state={{ scanned }}>
              <span>
                <b>{unit.name}</b> <UnitStatusBadge status={unit.status} />
                <small>{[unit.serialNumber, unit.assetTag, unit.customer.name].filter(Boolean).join(' · ')}</small>
              </span>
              <IconChevronRight size={18} />
            </Link>
          </li>
        ))}
      </ul>
      {may('equipment.create') && units.length === 0 && (
        <>
          {create('assetTag')}
          {create('serialNumber')}
        </>
      )}
    </>
  );
}
