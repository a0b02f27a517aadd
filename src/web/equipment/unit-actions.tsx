import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArrowBackUp,
  IconArrowsExchange,
  IconCircleCheck,
  IconDots,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { updateEquipment } from '../../contract/equipment.ts';
import { queryClient } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import classes from './equipment.module.css';
import type { Unit } from './equipment-kind.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { RecoverDialog } from './recover-dialog.tsx';
import type { UnitStatus } from './unit-status.tsx';

const moves: { to: UnitStatus; word: string; Icon: typeof IconArchive }[] = [
  { to: 'inService', word: 'equipment.putInService', Icon: IconCircleCheck },
  { to: 'returned', word: 'equipment.markReturned', Icon: IconArrowBackUp },
  { to: 'retired', word: 'equipment.retire', Icon: IconArchive },
];

/** The verbs of a unit: recover and move its keys, take it back or out of service, delete it. */
export function UnitActions({ unit }: { unit: Unit }) {
  const { t } = useWords();
  const may = useMay();
  const [open, setOpen] = useState<'recover' | 'move' | 'delete'>();
  const close = (): void => setOpen(undefined);
  const setStatus = useSetStatus(unit, () => setOpen('recover'));
  const noKeys = unit.keyCount === 0 ? t('equipment.noKeys') : undefined;
  const whyNoDelete = !may('equipment.delete')
    ? t('equipment.onlyAdministrators')
    : unit.keyCount > 0
      ? t('equipment.keysOnIt', { count: unit.keyCount })
      : undefined;
  return (
    <>
      {may('equipment.recover') && (
        <VerbButton why={noKeys} leftSection={<IconArrowBackUp size={16} />} onClick={() => setOpen('recover')}>
          {t('equipment.recover')}
        </VerbButton>
      )}
      {may('equipment.transfer') && (
        <VerbButton why={noKeys} leftSection={<IconArrowsExchange size={16} />} onClick={() => setOpen('move')}>
          {t('equipment.move')}
        </VerbButton>
      )}
      {may('equipment.update') && (
        <Menu position="bottom-end" width={280}>
          <Menu.Target>
            <ActionIcon variant="default" size={32} aria-label={t('equipment.moreActions')}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {moves
              .filter(({ to }) => to !== unit.status)
              .map(({ to, word, Icon }) => (
                <Menu.Item key={to} leftSection={<Icon size={16} />} onClick={() => void setStatus.run(to)}>
                  {t(word)}
                </Menu.Item>
              ))}
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              c={whyNoDelete ? 'var(--kb-ink-3)' : 'var(--kb-danger)'}
              aria-disabled={whyNoDelete !== undefined || undefined}
              closeMenuOnClick={whyNoDelete === undefined}
              onClick={() => whyNoDelete === undefined && setOpen('delete')}
            >
              {t('equipment.delete')}
              {whyNoDelete && <span className={classes.menuWhy}>{whyNoDelete}</span>}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {open === 'recover' && <RecoverDialog unit={unit} onClose={close} />}
      {open === 'move' && <MoveDialog unit={unit} onClose={close} />}
      {open === 'delete' && <DeleteDialog unit={unit} onClose={close} onRetire={() => void setStatus.run('retired')} />}
    </>
  );
}

/** Takes a unit in or out of service. Keys that stay on it are told of, with the way to recover them (E2). */
function useSetStatus(unit: Unit, recover: () => void) {
  const { t, value } = useWords();
  return useVerb(
    (send, status: UnitStatus) =>
      send(updateEquipment, { params: { id: unit.id }, body: { status }, ifMatch: unit.version }),
    {
      said: (saved, status) => ({
        title: t('equipment.statusSet', { unit: unit.name, status: value('equipmentStatus', status) }),
        ...(status !== 'inService' &&
          saved.keyCount > 0 && {
            body: t('equipment.keysOnIt', { count: saved.keyCount }),
            action: { word: t('equipment.recover'), run: recover },
          }),
      }),
      refusals: { title: t('equipment.notSaved') },
      onDone: (saved) => {
        queryClient.setQueryData(['equipment', 'one', unit.id], saved);
        void queryClient.invalidateQueries({ queryKey: ['equipment'] });
        void queryClient.invalidateQueries({ queryKey: ['audit'] });
      },
    },
  );
}
