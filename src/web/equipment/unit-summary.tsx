import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useWords } from '../words/use-words.ts';
import classes from './equipment.module.css';
import type { Unit } from './equipment-kind.tsx';

/** What tells a unit from others, at a glance. */
export function UnitSummary({ unit }: { unit: Unit }) {
  const { t, label } = useWords();
  return (
    <dl className={classes.summary}>
      <Fact label={label('equipment', 'customer')}>
        <Link to={`/customers/${unit.customerId}`}>{unit.customer.name}</Link>
      </Fact>
      <Fact label={label('equipment', 'serialNumber')}>
        {unit.serialNumber && <span className="mono">{unit.serialNumber}</span>}
      </Fact>
      <Fact label={label('equipment', 'assetTag')}>
        {unit.assetTag && <span className="mono">{unit.assetTag}</span>}
      </Fact>
      <Fact label={label('equipment', 'type')}>{unit.type}</Fact>
      <Fact label={t('equipment.madeBy')}>{[unit.manufacturer, unit.model].filter(Boolean).join(' ')}</Fact>
      <Fact label={label('equipment', 'location')}>{unit.location}</Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children || '–'}</dd>
    </div>
  );
}
