import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { listAssignments } from '../../contract/assignments.ts';
import type { OutputOf } from '../../contract/endpoint.ts';
import { useMay } from '../api/me.ts';
import { RemoveDialog } from '../assignments/remove-dialog.tsx';
import type { Assignment } from '../assignments/write-assignments.ts';
import table from '../ui/lines.module.css';
import { Failure } from '../ui/part-failed.tsx';
import { Person } from '../ui/person.tsx';
import { useWords } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';
import classes from './keys.module.css';

type Props = { item: Key; found: UseQueryResult<OutputOf<typeof listAssignments>> };

/** Where the key is, and where it was: what was removed stays to be read. */
export function FeaturesTab({ item, found }: Props) {
  const { t, label } = useWords();
  const [removing, setRemoving] = useState<Assignment>();
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const lines = found.data?.items;
  if (!lines) return null;
  if (lines.length === 0) return <p className={classes.nothing}>{t('keys.features.none')}</p>;
  // Those that stand now come first.
  const sorted = lines.toSorted((a, b) => Number(a.removedAt !== null) - Number(b.removedAt !== null));
  return (
    <>
      <div className={table.scroll}>
        <table className={`${table.table} ${classes.table}`}>
          <thead>
            <tr>
              <th>{t('keys.features.holder')}</th>
              <th>{label('assignment', 'customer')}</th>
              <th>{label('assignment', 'appliedOn')}</th>
              <th>{label('assignment', 'appliedBy')}</th>
              <th>{label('assignment', 'remarks')}</th>
              <th>{label('assignment', 'removedOn')}</th>
              <th>
                <VisuallyHidden>{t('keys.features.remove')}</VisuallyHidden>
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((line) => (
              <Line key={line.id} line={line} onRemove={() => setRemoving(line)} />
            ))}
          </tbody>
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

function Line({ line, onRemove }: { line: Assignment; onRemove: () => void }) {
  const { t, label, day } = useWords();
  const may = useMay();
  const isOver = line.removedAt !== null;
  const name = line.equipment?.name ?? line.userName ?? t('keys.hiddenHolder');
  const why = may('assignments.remove') ? undefined : t('keys.why.role');
  return (
    <tr data-over={isOver || undefined}>
      <td>
        {line.equipment && <Link to={`/equipment/${line.equipment.id}`}>{line.equipment.name}</Link>}
        {line.equipment && line.userName && ' · '}
        {line.userName}
        {!line.equipment && !line.userName && t('keys.hiddenHolder')}
      </td>
      <td data-label={label('assignment', 'customer')}>{line.customer?.name ?? '–'}</td>
      <td data-label={label('assignment', 'appliedOn')}>{day(line.appliedOn)}</td>
      <td data-label={label('assignment', 'appliedBy')}>
        <Person name={line.appliedBy.name} />
      </td>
      <td data-label={label('assignment', 'remarks')} className={classes.long}>
        {line.remarks ?? '–'}
      </td>
      <td data-label={label('assignment', 'removedOn')}>
        {isOver ? `${day(line.removedOn)}, ${line.removedBy?.name ?? ''}` : '–'}
      </td>
      <td className={classes.trash}>
        {!isOver && (
          <Tooltip label={why ?? t('keys.features.removeFrom', { name })}>
            <ActionIcon
              variant="subtle"
              color="gray"
              c={why ? 'var(--kb-ink-3)' : 'var(--kb-danger)'}
              aria-label={t('keys.features.removeFrom', { name })}
              aria-disabled={why !== undefined || undefined}
              onClick={() => why === undefined && onRemove()}
            >
              <IconTrash size={16} stroke={1.75} />
            </ActionIcon>
          </Tooltip>
        )}
      </td>
    </tr>
  );
}
