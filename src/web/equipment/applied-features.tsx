import { Alert, Group, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { listAssignments } from '../../contract/assignments.ts';
import { useMay } from '../api/me.ts';
import { useTotal } from '../grid/use-total.ts';
import { StatusBadge } from '../ui/badges.tsx';
import table from '../ui/lines.module.css';
import { MaskedKey } from '../ui/masked-key.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { Person } from '../ui/person.tsx';
import { phone } from '../ui/phone.ts';
import { toast } from '../ui/toast.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './applied-features.module.css';
import type { Unit } from './equipment-kind.tsx';
import { KeyEnd } from './key-picker.tsx';
import { LineTools } from './line-tools.tsx';
import { NewLine } from './new-line.tsx';
import { PhoneLines } from './phone-lines.tsx';
import { type UnitLine, useUnitLines } from './use-unit-lines.ts';
import { WhyReadOnly } from './why-read-only.tsx';

/** The keys on a unit: a line each, with its own date and history. */
export function AppliedFeatures({ unit }: { unit: Unit }) {
  const { t } = useWords();
  const may = useMay();
  const found = useUnitLines(unit.id);
  const isNarrow = useMediaQuery(phone, undefined, { getInitialValueInEffect: false });
  const canApply = may('assignments.apply');
  const why = ['returned', 'retired'].includes(unit.status) ? t('equipment.outOfService') : undefined;
  if (found.isLoadingError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const { lines = [], total = 0 } = found.data ?? {};
  return (
    <>
      {!canApply && <WhyReadOnly />}
      {why !== undefined && (
        <Alert mx="var(--kb-edge)" mb={8} color="yellow" variant="light">
          {why}
        </Alert>
      )}
      {isNarrow ? (
        <PhoneLines
          unit={unit}
          lines={lines}
          canApply={canApply && why === undefined}
          isEmpty={found.data?.total === 0}
        />
      ) : (
        <LineTable unit={unit} lines={lines} canApply={canApply} why={why} isEmpty={found.data?.total === 0} />
      )}
      {total > lines.length && (
        <div className={classes.below}>
          <Link to={`/assignments?equipmentId=${unit.id}`}>{t('equipment.allLines', { count: total })}</Link>
        </div>
      )}
    </>
  );
}

/** How many keys were on it and are no longer. */
function Before({ unit }: { unit: Unit }) {
  const { t } = useWords();
  const count = useTotal({ list: listAssignments, query: { equipmentId: unit.id, state: 'removed' } });
  if (!count) return null;
  return (
    <Text className={`help ${classes.before}`}>
      {t('equipment.before', { count })} <Link to="?tab=history">{t('equipment.history')}</Link>
    </Text>
  );
}

type TableProps = { unit: Unit; lines: UnitLine[]; canApply: boolean; why: string | undefined; isEmpty: boolean };

function LineTable({ unit, lines, canApply, why, isEmpty }: TableProps) {
  const { t, label } = useWords();
  const [adding, setAdding] = useState(false);
  const [hasAdded, setHasAdded] = useState(false);
  const endLine = (): void => {
    setAdding(false);
    setHasAdded(true);
  };
  const hasUsers = lines.some(({ assignment }) => assignment.userName);
  const columns = hasUsers ? 7 : 6;
  return (
    <section aria-labelledby="applied-features">
      <Group gap="4px 12px" className={classes.head ?? ''}>
        <h2 id="applied-features" className={classes.title}>
          {t('equipment.appliedFeatures')}
        </h2>
        <Text className="help">{t('equipment.appliedHelp')}</Text>
        <Before unit={unit} />
      </Group>
      <div className={table.scroll}>
        <table className={`${table.table} ${classes.table}`}>
          <thead>
            <tr>
              <th>{t('equipment.softwareKey')}</th>
              <th>{label('key', 'validityEnd')}</th>
              <th>{label('assignment', 'appliedOn')}</th>
              <th className={classes.wideOnly}>{label('assignment', 'appliedBy')}</th>
              {hasUsers && <th className={classes.wideOnly}>{label('assignment', 'userName')}</th>}
              <th>{label('assignment', 'remarks')}</th>
              <th>
                <VisuallyHidden>{t('form.actions')}</VisuallyHidden>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <LineRow key={line.assignment.id} line={line} hasUsers={hasUsers} />
            ))}
            {adding && (
              <NewLine
                unit={unit}
                columns={columns}
                hasUsers={hasUsers}
                onDiscard={endLine}
                onDone={({ key }) => {
                  endLine();
                  toast({ title: t('equipment.applied', { product: key.product.name, unit: unit.name }) });
                }}
              />
            )}
          </tbody>
        </table>
      </div>
      {isEmpty && !adding && <Text className={classes.below ?? ''}>{t('equipment.noKeys')}</Text>}
      {canApply && !adding && (
        <div className={classes.below}>
          <VerbButton
            leftSection={<IconPlus size={16} />}
            why={why}
            onClick={() => setAdding(true)}
            // After a line the focus is where the next one begins.
            autoFocus={hasAdded}
          >
            {t('equipment.addLine')}
          </VerbButton>
        </div>
      )}
    </section>
  );
}

function LineRow({ line: { assignment, key }, hasUsers }: { line: UnitLine; hasUsers: boolean }) {
  const { day } = useWords();
  const { product, maskedKey, id } = assignment.key;
  return (
    <tr>
      <td>
        <Link to={`/keys/${id}`}>
          {product.name} - <MaskedKey mask={maskedKey} />
        </Link>{' '}
        {key && key.status !== 'applied' && key.status !== 'available' && (
          <StatusBadge status={key.status} inUse={key.inUse} />
        )}
      </td>
      <td>{key ? <KeyEnd item={key} /> : '–'}</td>
      <td className={classes.day}>
        {day(assignment.appliedOn)}
        <span className={classes.narrowOnly}>{assignment.appliedBy.name}</span>
        {assignment.userName && <span className={classes.narrowOnly}>{assignment.userName}</span>}
      </td>
      <td className={`${classes.by} ${classes.wideOnly}`}>
        <Person name={assignment.appliedBy.name} />
      </td>
      {hasUsers && <td className={classes.wideOnly}>{assignment.userName ?? '–'}</td>}
      <td>{assignment.remarks ?? '–'}</td>
      <td className={classes.tools}>
        <LineTools line={assignment} />
      </td>
    </tr>
  );
}
