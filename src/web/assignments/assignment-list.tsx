import { Button, SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { DataGrid } from '../grid/data-grid.tsx';
import { useListAddress } from '../grid/list-address.ts';
import { DayInput } from '../ui/day-input.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import { assignmentKind } from './assignment-kind.tsx';
import classes from './assignments.module.css';
import { RemoveDialog } from './remove-dialog.tsx';

const states = ['active', 'removed', 'all'] as const;

/** Equipment Features: which key is, or was, on which unit. */
export function Component() {
  const { t, title } = useWords();
  const may = useMay();
  const [removing, setRemoving] = useState<{ ids: string[]; done: () => void }>();
  return (
    <>
      <PageHead title={title('assignment')}>
        <StateAndDay />
      </PageHead>
      <DataGrid
        kind={assignmentKind}
        {...(may('assignments.remove') && {
          bulk: (selected: { ids: string[]; done: () => void }) => (
            <Button size="xs" variant="subtle" c="inherit" onClick={() => setRemoving(selected)}>
              {t('assignments.remove')}
            </Button>
          ),
        })}
        empty={
          <>
            <Text>{t('assignments.empty')}</Text>
            <Button component={Link} to="/equipment" variant="default">
              {title('equipment')}
            </Button>
          </>
        }
      />
      {removing && (
        <RemoveDialog lines={removing.ids} onRemoved={removing.done} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}

/** Now, before, or both; or as it was at the end of a day. */
function StateAndDay() {
  const { t, today } = useWords();
  const address = useListAddress();
  const on = address.filters.get('on') ?? null;
  const state = address.filters.get('state') ?? (on === null ? 'active' : 'all');
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('grid.field.state')}
        value={state}
        onChange={(chosen) =>
          address.set({ filters: { state: chosen === 'active' ? undefined : [chosen], on: undefined } })
        }
        data={states.map((value) => ({ value, label: t(`assignments.state.${value}`) }))}
      />
      <DayInput
        bare
        className={classes.onDay ?? ''}
        aria-label={t('assignments.onDay')}
        placeholder={t('assignments.onDay')}
        value={on}
        onChange={(day) => address.set({ filters: { on: day ? [day] : undefined, state: undefined } })}
        {...(today && { maxDate: today })}
        clearable
        clearButtonProps={{ 'aria-label': t('assignments.anyDay') }}
      />
    </>
  );
}
