import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconDeviceLaptop, IconTrash, IconUser } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { listAssignments } from '../../contract/assignments.ts';
import type { OutputOf } from '../../contract/endpoint.ts';
import { useMay } from '../api/me.ts';
import { RemoveDialog } from '../assignments/remove-dialog.tsx';
import type { Assignment } from '../assignments/write-assignments.ts';
import { LineCell } from '../ui/line-cell.tsx';
import table from '../ui/lines.module.css';
import { Failure } from '../ui/part-failed.tsx';
import { Person } from '../ui/person.tsx';
import { useWords } from '../words/use-words.ts';
import { holderOf } from './holders.ts';
import type { Key } from './key-kind.tsx';
import classes from './keys.module.css';

type Props = { item: Key; found: UseQueryResult<OutputOf<typeof listAssignments>> };

/** Where the key is, and where it was: what was removed stays to be read. */
export function FeaturesTab({ item, found }: Props) {
  const { t, number } = useWords();
  const [removing, setRemoving] = useState<Assignment>();
  if (found.isLoadingError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const lines = found.data?.items;
  if (!lines) return null;
  if (lines.length === 0) return <p className={classes.nothing}>{t('keys.features.none')}</p>;
  const now = lines.filter(({ removedAt }) => removedAt === null);
  const before = lines.filter(({ removedAt }) => removedAt !== null);
  const { seatsTaken: taken, seats } = item;
  const ofSeats = t('keys.features.ofSeats', { count: seats, taken: number(taken), seats: number(seats) });
  return (
    <>
      <div className={table.scroll}>
        <table className={`${table.table} ${table.stacked} ${classes.table}`}>
          <Head />
          <Lines
            title={t('keys.features.now')}
            beside={item.elsewhere ? number(now.length) : ofSeats}
            lines={now}
            onRemove={setRemoving}
          />
          <Lines
            title={t('keys.features.before')}
            beside={number(before.length)}
            lines={before}
            onRemove={setRemoving}
          />
        </table>
      </div>
      {(found.data?.total ?? 0) > lines.length && (
        <p className={classes.nothing}>
          <Link to={`/assignments?keyId=${item.id}&state=all`}>{t('keys.features.all')}</Link>
        </p>
      )}
      {removing && <RemoveDialog lines={[removing]} onClose={() => setRemoving(undefined)} />}
    </>
  );
}

function Head() {
  const { t, label } = useWords();
  return (
    <thead>
      <tr>
        <th>{t('keys.features.holder')}</th>
        <th>{t('keys.features.serial')}</th>
        <th>{label('assignment', 'customer')}</th>
        <th>{label('assignment', 'appliedOn')}</th>
        <th>{label('assignment', 'appliedBy')}</th>
        <th>{label('assignment', 'removedOn')}</th>
        <th>{label('assignment', 'remarks')}</th>
        <th>
          <VisuallyHidden>{t('keys.features.remove')}</VisuallyHidden>
        </th>
      </tr>
    </thead>
  );
}

type LinesProps = {
  title: string;
  beside: string;
  lines: readonly Assignment[];
  onRemove: (line: Assignment) => void;
};

/** The lines that stand now, or that stood before. */
function Lines({ title, beside, lines, onRemove }: LinesProps) {
  if (lines.length === 0) return null;
  return (
    <tbody>
      <tr className={classes.group}>
        <th colSpan={8} scope="rowgroup">
          {title} <span>{beside}</span>
        </th>
      </tr>
      {lines.map((line) => (
        <Line key={line.id} line={line} onRemove={() => onRemove(line)} />
      ))}
    </tbody>
  );
}

function Line({ line, onRemove }: { line: Assignment; onRemove: () => void }) {
  const { t, label, day } = useWords();
  const { equipment, userName, removedOn, removedBy } = line;
  const isOver = line.removedAt !== null;
  const Icon = equipment ? IconDeviceLaptop : IconUser;
  return (
    <tr data-over={isOver || undefined}>
      <td>
        <span className={classes.holder}>
          <Icon size={16} stroke={1.75} aria-hidden />
          <span>
            {equipment && <Link to={`/equipment/${equipment.id}`}>{equipment.name}</Link>}
            {equipment && userName && ' · '}
            {userName}
            {!equipment && !userName && t('keys.hiddenHolder')}
          </span>
        </span>
      </td>
      <LineCell label={t('keys.features.serial')} className={`mono ${classes.long}`}>
        {equipment?.serialNumber}
      </LineCell>
      <LineCell label={label('assignment', 'customer')}>{line.customer?.name}</LineCell>
      <LineCell label={label('assignment', 'appliedOn')}>{day(line.appliedOn)}</LineCell>
      <LineCell label={label('assignment', 'appliedBy')}>
        <Person name={line.appliedBy.name} />
      </LineCell>
      <LineCell label={label('assignment', 'removedOn')}>
        {isOver && [day(removedOn), removedBy?.name].filter(Boolean).join(', ')}
      </LineCell>
      <LineCell label={label('assignment', 'remarks')} className={classes.long}>
        {line.remarks}
      </LineCell>
      <td className={classes.trash}>{!isOver && <Trash line={line} onRemove={onRemove} />}</td>
    </tr>
  );
}

function Trash({ line, onRemove }: { line: Assignment; onRemove: () => void }) {
  const words = useWords();
  const may = useMay();
  const why = may('assignments.remove') ? undefined : words.t('keys.why.role');
  const verb = words.t('keys.features.removeFrom', { name: holderOf(line, words) });
  return (
    <Tooltip label={why ?? verb}>
      <ActionIcon
        variant="subtle"
        color="gray"
        c={why ? 'var(--kb-ink-3)' : 'var(--kb-danger)'}
        aria-label={verb}
        aria-disabled={why !== undefined || undefined}
        onClick={() => why === undefined && onRemove()}
      >
        <IconTrash size={16} stroke={1.75} />
      </ActionIcon>
    </Tooltip>
  );
}
