import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listAssignments } from '../../contract/assignments.ts';
import { maxLimit } from '../../contract/list.ts';
import { client } from '../api/client.ts';
import { KeyLink } from '../assignments/key-link.tsx';
import type { Assignment } from '../assignments/write-assignments.ts';
import { DayInput } from '../ui/day-input.tsx';
import { LineCell } from '../ui/line-cell.tsx';
import table from '../ui/lines.module.css';
import { MaskedKey } from '../ui/masked-key.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { Person } from '../ui/person.tsx';
import { useWords } from '../words/use-words.ts';
import tables from './applied-features.module.css';
import classes from './equipment.module.css';
import type { Unit } from './equipment-kind.tsx';

/** What was on the unit at the end of a day, or ever (A12). */
export function UnitHistory({ unit }: { unit: Unit }) {
  const { t, day, today } = useWords();
  const [on, setOn] = useState<string | null>(null);
  const found = useQuery({
    queryKey: ['assignments', 'history', unit.id, on],
    queryFn: async ({ signal }) => {
      const query = { equipmentId: unit.id, state: 'all', sort: '-appliedOn,-appliedAt', limit: String(maxLimit) };
      return client.call(listAssignments, { query: { ...query, ...(on && { on }) }, signal });
    },
  });
  const count = found.data?.total;
  return (
    <>
      <Group gap="8px 24px" className={classes.onDay ?? ''}>
        <DayInput
          bare
          label={t('equipment.onDay')}
          placeholder={t('equipment.anyDay')}
          description={t('equipment.onDayHelp')}
          value={on}
          onChange={setOn}
          {...(today && { maxDate: today })}
          clearable
          clearButtonProps={{ 'aria-label': t('assignments.anyDay') }}
        />
        <output className={classes.answer}>
          {count !== undefined &&
            (on ? t('equipment.wasOn', { count, day: day(on) }) : t('equipment.everOn', { count }))}
        </output>
      </Group>
      {found.isError && <Failure error={found.error} again={() => void found.refetch()} />}
      {found.data?.items && found.data.items.length > 0 && <PastLines lines={found.data.items} />}
    </>
  );
}

function PastLines({ lines }: { lines: Assignment[] }) {
  const { t, label, day } = useWords();
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.stacked} ${tables.table}`}>
        <thead>
          <tr>
            <th>{t('equipment.softwareKey')}</th>
            <th>{label('assignment', 'appliedOn')}</th>
            <th>{label('assignment', 'appliedBy')}</th>
            <th>{label('assignment', 'removedOn')}</th>
            <th>{label('assignment', 'removedBy')}</th>
            <th>{label('assignment', 'remarks')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <td>
                <KeyLink to={line.key}>
                  {line.key.product.name} - <MaskedKey mask={line.key.maskedKey} />
                </KeyLink>
              </td>
              <LineCell label={label('assignment', 'appliedOn')}>{day(line.appliedOn)}</LineCell>
              <LineCell label={label('assignment', 'appliedBy')} className={tables.by}>
                <Person name={line.appliedBy.name} />
              </LineCell>
              <LineCell label={label('assignment', 'removedOn')} className={tables.by}>
                {line.removedOn ? day(line.removedOn) : t('equipment.stillOn')}
              </LineCell>
              <LineCell label={label('assignment', 'removedBy')} className={tables.by}>
                {line.removedBy?.name}
              </LineCell>
              <LineCell label={label('assignment', 'remarks')}>{line.remarks}</LineCell>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
