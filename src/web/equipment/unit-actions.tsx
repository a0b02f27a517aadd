import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArrowBackUp,
  IconArrowsExchange,
  IconCircleCheck,
  IconDots,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { updateEquipment } from '../../contract/equipment.ts';
import { client, queryClient } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { toast } from '../ui/toast.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
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
                <Menu.Item key={to} leftSection={<Icon size={16} />} onClick={() => setStatus.mutate(to)}>
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
      {open === 'delete' && <DeleteDialog unit={unit} onClose={close} onRetire={() => setStatus.mutate('retired')} />}
    </>
  );
}

/** Takes a unit in or out of service. Keys that stay on it are told of, with the way to recover them (E2). */
function useSetStatus(unit: Unit, recover: () => void) {
  const words = useWords();
  const { t, value } = words;
  return useMutation({
    mutationFn: (status: UnitStatus) =>
      client.call(updateEquipment, { params: { id: unit.id }, body: { status }, ifMatch: unit.version }),
    onSuccess: (saved, status) => {
      queryClient.setQueryData(['equipment', 'one', unit.id], saved);
      void queryClient.invalidateQueries({ queryKey: ['equipment'] });
      void queryClient.invalidateQueries({ queryKey: ['audit'] });
      const holds = status !== 'inService' && saved.keyCount > 0;
      toast({
        title: t('equipment.statusSet', { unit: unit.name, status: value('equipmentStatus', status) }),
        ...(holds && {
          body: t('equipment.keysOnIt', { count: saved.keyCount }),
          action: { word: t('equipment.recover'), run: recover },
        }),
      });
    },
    onError: (error) => toast({ title: t('equipment.notSaved'), body: refusalWords(error, words), refused: true }),
  });
}
