import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { getCustomer } from '../../contract/customers.ts';
import { createEquipment, getEquipment, updateEquipment } from '../../contract/equipment.ts';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { spreadAttributes } from '../form/attribute-values.ts';
import { describeBody } from '../form/describe.ts';
import { OpenedRecord } from '../form/opened-record.tsx';
import { RecordPage } from '../form/record-page.tsx';
import { referenceNames } from '../form/reference-field.tsx';
import type { Values } from '../form/use-record-form.ts';
import { useStoredRecord } from '../form/use-stored-record.ts';
import { Neighbours } from '../grid/neighbours.tsx';
import { RecordTabs } from '../ui/record-tabs.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { AppliedFeatures } from './applied-features.tsx';
import classes from './equipment.module.css';
import { equipmentKind, type Unit } from './equipment-kind.tsx';
import { FoundByScan } from './found-by-scan.tsx';
import { UnitActions } from './unit-actions.tsx';
import { UnitFields } from './unit-fields.tsx';
import { UnitHistory } from './unit-history.tsx';
import { type UnitStatus, UnitStatusBadge } from './unit-status.tsx';
import { UnitSummary } from './unit-summary.tsx';

/** One unit with the keys on it, what was on it, and its fields. */
export function Component() {
  return (
    <OpenedRecord<Unit>
      name="equipment"
      get={getEquipment}
      show={(unit) => <EquipmentForm key={unit?.id ?? 'new'} unit={unit} />}
    />
  );
}

const endpoints = { create: createEquipment, get: getEquipment, update: updateEquipment };
const describe = describeBody(createEquipment);
/** What an address may fill in for a new unit. */
const given = ['name', 'serialNumber', 'assetTag', 'customerId'];

function fieldsOf({ attributes, ...unit }: Unit): Values {
  return { ...unit, ...spreadAttributes(attributes) };
}

function EquipmentForm({ unit }: { unit: Unit | undefined }) {
  const { t, value } = useWords();
  const may = useMay();
  const [params] = useSearchParams();
  const asked = params.toString();
  const initial = useMemo((): Values => {
    if (unit) return fieldsOf(unit);
    const wanted = new URLSearchParams(asked);
    return { status: 'inService', ...Object.fromEntries([...wanted].filter(([name]) => given.includes(name))) };
  }, [unit, asked]);
  const { form, stale } = useStoredRecord({ name: 'equipment', record: unit, initial, endpoints, fieldsOf });
  const customer = useCustomer(unit, params.get('customerId'));
  const readOnly = !may(unit ? 'equipment.update' : 'equipment.create');
  if (!unit && params.get('customerId') && !customer) return null;
  return (
    <RecordPage
      title={unit?.name ?? t('equipment.new')}
      beside={unit && <UnitStatusBadge status={unit.status} />}
      status={unit && <Neighbours kind={equipmentKind} id={unit.id} />}
      form={form}
      record="equipment"
      describe={describe}
      readOnly={readOnly}
      isNew={!unit}
      stale={stale}
      say={(field, shown) => {
        // The form's choices are the statuses of the contract.
        if (field === 'status') return value('equipmentStatus', shown as UnitStatus);
        return field === 'customerId' ? referenceNames.get(String(shown)) : undefined;
      }}
      actions={
        <>
          {readOnly && (
            <VerbButton
              why={t('equipment.readOnlyShort')}
              leftSection={<IconLock size={16} />}
              onClick={() => undefined}
            >
              {t('equipment.edit')}
            </VerbButton>
          )}
          {unit && <UnitActions unit={unit} />}
        </>
      }
      below={unit && <UnitTabs unit={unit} />}
    >
      <TakenBy problem={form.problem} />
      {unit ? (
        <>
          <FoundByScan unit={unit} />
          <UnitSummary unit={unit} />
        </>
      ) : (
        <UnitFields customer={customer} />
      )}
    </RecordPage>
  );
}

function UnitTabs({ unit }: { unit: Unit }) {
  const { t, title, number } = useWords();
  return (
    <RecordTabs
      tabs={[
        {
          value: 'keys',
          label: title('key'),
          count: number(unit.keyCount),
          content: () => <AppliedFeatures unit={unit} />,
        },
        { value: 'history', label: t('equipment.history'), content: () => <UnitHistory unit={unit} /> },
        {
          value: 'details',
          label: t('equipment.details'),
          content: () => (
            <div className={classes.details}>
              <UnitFields customer={unit.customer} />
            </div>
          ),
        },
      ]}
    />
  );
}

/** The unit that has the serial number or tag already, as the way to it. */
function TakenBy({ problem }: { problem: ReturnType<typeof useStoredRecord>['form']['problem'] }) {
  const { t } = useWords();
  if (problem?.existing?.type !== 'equipment') return null;
  return <Link to={`/equipment/${problem.existing.id}`}>{t('equipment.openExisting')}</Link>;
}

function useCustomer(unit: Unit | undefined, id: string | null) {
  const found = useQuery({
    queryKey: ['customers', 'one', id],
    enabled: !unit && id !== null,
    queryFn: () => client.call(getCustomer, { params: { id: id ?? '' } }),
  });
  return unit?.customer ?? found.data;
}
