import { IconArchive, IconArrowBackUp, IconArrowsExchange, IconCircleCheck, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { updateEquipment } from '../../contract/equipment.ts';
import { queryClient } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import type { Verb } from '../record/verb.ts';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import type { Unit } from './equipment-kind.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { RecoverDialog } from './recover-dialog.tsx';
import type { UnitStatus } from './unit-status.tsx';

const moves: { to: UnitStatus; word: string; Icon: Verb['Icon'] }[] = [
  { to: 'inService', word: 'equipment.putInService', Icon: IconCircleCheck },
  { to: 'returned', word: 'equipment.markReturned', Icon: IconArrowBackUp },
  { to: 'retired', word: 'equipment.retire', Icon: IconArchive },
];

/** The verbs of a unit: recover and move its keys, take it back or out of service, delete it. */
export function useUnitVerbs(unit: Unit): { verbs: Verb[]; dialog: ReactNode } {
  const { t } = useWords();
  const reasons = useUnitReasons(unit);
  const [open, setOpen] = useState<'recover' | 'move' | 'delete'>();
  const close = (): void => setOpen(undefined);
  const setStatus = useSetStatus(unit, () => setOpen('recover'));
  const verb = (name: 'recover' | 'move' | 'delete', Icon: Verb['Icon']): Verb => ({
    word: t(`equipment.${name}`),
    Icon,
    why: reasons[name],
    run: () => setOpen(name),
  });
  const verbs = [
    verb('recover', IconArrowBackUp),
    verb('move', IconArrowsExchange),
    ...moves
      .filter(({ to }) => to !== unit.status)
      .map(({ to, word, Icon }) => ({
        word: t(word),
        Icon,
        why: reasons.update,
        isRare: true,
        run: () => void setStatus.run(to),
      })),
    { ...verb('delete', IconTrash), isRare: true, isDanger: true },
  ];
  const dialog = (
    <>
      {open === 'recover' && <RecoverDialog unit={unit} onClose={close} />}
      {open === 'move' && <MoveDialog unit={unit} onClose={close} />}
      {open === 'delete' && <DeleteDialog unit={unit} onClose={close} onRetire={() => void setStatus.run('retired')} />}
    </>
  );
  return { verbs, dialog };
}

/** Why something cannot be done with a unit, by what is on it or by my role. */
function useUnitReasons({ keyCount }: Unit) {
  const { t } = useWords();
  const may = useMay();
  const role = t('equipment.readOnlyShort');
  const noKeys = keyCount === 0 ? t('equipment.noKeys') : undefined;
  const keysOnIt = keyCount > 0 ? t('equipment.keysOnIt', { count: keyCount }) : undefined;
  return {
    recover: may('equipment.recover') ? noKeys : role,
    move: may('equipment.transfer') ? noKeys : role,
    update: may('equipment.update') ? undefined : role,
    delete: may('equipment.delete') ? keysOnIt : t('equipment.onlyAdministrators'),
  };
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
