import { IconHistory, IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { getCustomer } from '../../contract/customers.ts';
import { createEquipment, getEquipment, updateEquipment } from '../../contract/equipment.ts';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { spreadAttributes } from '../form/attribute-values.ts';
import { describeBody } from '../form/describe.ts';
import type { FormScope } from '../form/form-context.ts';
import { FormPage } from '../form/form-page.tsx';
import { OpenedRecord } from '../form/opened-record.tsx';
import { referenceNames } from '../form/reference-field.tsx';
import type { Values } from '../form/use-record-form.ts';
import { useStoredRecord } from '../form/use-stored-record.ts';
import { WhyNot } from '../form/why-not.tsx';
import { RecordPage } from '../record/record-page.tsx';
import type { RecordView } from '../record/record-view.ts';
import { useWords } from '../words/use-words.ts';
import { AppliedFeatures } from './applied-features.tsx';
import { equipmentKind, type Unit } from './equipment-kind.tsx';
import { FoundByScan } from './found-by-scan.tsx';
import { UnitFields } from './unit-fields.tsx';
import { UnitHistory } from './unit-history.tsx';
import { type UnitStatus, UnitStatusBadge } from './unit-status.tsx';
import { useUnitFacts } from './use-unit-facts.tsx';
import { useUnitVerbs } from './use-unit-verbs.tsx';

/** One unit with the keys on it, what was on it, and its fields. */
export function Component() {
  return (
    <OpenedRecord<Unit>
      name="equipment"
      get={getEquipment}
      show={(unit) => <EquipmentPage key={unit?.id ?? 'new'} unit={unit} />}
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

function EquipmentPage({ unit }: { unit: Unit | undefined }) {
  const { t } = useWords();
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
  const whyNotEdited = readOnly ? t('equipment.readOnlyShort') : undefined;
  const scope: FormScope = { form, record: 'equipment', describe, readOnly, say: useSayUnit() };
  if (!unit && params.get('customerId') && !customer) return null;
  const fields = (
    <>
      <TakenBy problem={form.problem} />
      <UnitFields customer={customer} />
    </>
  );
  if (unit)
    return (
      <Opened unit={unit} {...{ scope, stale, whyNotEdited }}>
        {fields}
      </Opened>
    );
  return (
    <FormPage {...scope} isNew title={t('equipment.new')} stale={stale} actions={<WhyNot why={whyNotEdited} />}>
      {fields}
    </FormPage>
  );
}

/** How the values of a unit's fields read. */
function useSayUnit() {
  const { value } = useWords();
  return (field: string, shown: unknown): string | undefined => {
    // The form's choices are the statuses of the contract.
    if (field === 'status') return value('equipmentStatus', shown as UnitStatus);
    return field === 'customerId' ? referenceNames.get(String(shown)) : undefined;
  };
}

type OpenedProps = Pick<RecordView<Unit>, 'scope' | 'stale' | 'whyNotEdited' | 'children'> & { unit: Unit };

function Opened({ unit, children, ...view }: OpenedProps) {
  const { t, title, number } = useWords();
  const { verbs, dialog } = useUnitVerbs(unit);
  return (
    <>
      <RecordPage
        {...view}
        kind={equipmentKind}
        id={unit.id}
        title={unit.name}
        beside={<UnitStatusBadge status={unit.status} />}
        notice={<FoundByScan unit={unit} />}
        verbs={verbs}
        facts={useUnitFacts(unit)}
        log={{ equipmentId: unit.id }}
        tabs={[
          {
            value: 'keys',
            label: title('key'),
            Icon: IconKey,
            count: number(unit.keyCount),
            content: () => <AppliedFeatures unit={unit} />,
          },
          {
            value: 'history',
            label: t('equipment.history'),
            Icon: IconHistory,
            content: () => <UnitHistory unit={unit} />,
          },
        ]}
      >
        {children}
      </RecordPage>
      {dialog}
    </>
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
