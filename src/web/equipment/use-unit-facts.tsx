import { equipmentFields } from '../../domain/records/equipment.ts';
import type { Fact } from '../record/fact.ts';
import { idFact } from '../record/id-fact.tsx';
import { plainFacts } from '../record/plain-facts.tsx';
import { referenceFact } from '../record/reference-fact.tsx';
import { useAttributeFacts } from '../record/use-attribute-facts.ts';
import { useWords } from '../words/use-words.ts';
import type { Unit } from './equipment-kind.tsx';

/** What the page of a unit says of it: first what tells it from others. */
export function useUnitFacts(unit: Unit): Fact[] {
  const words = useWords();
  const { label, value, moment } = words;
  return [
    { field: 'name', label: label('equipment', 'name'), value: unit.name, at: 'fields' },
    referenceFact('equipment', 'customer', unit.customer, words),
    ...plainFacts('equipment', equipmentFields, unit, words, {
      serialNumber: { at: 'strip' },
      assetTag: { at: 'strip' },
      type: { at: 'strip' },
      location: { at: 'strip' },
    }),
    ...useAttributeFacts('equipment', unit.attributes),
    {
      field: 'status',
      label: label('equipment', 'status'),
      value: value('equipmentStatus', unit.status),
      at: 'fields',
    },
    { field: 'createdAt', label: label('equipment', 'createdAt'), value: moment(unit.createdAt), at: 'fields' },
    idFact(unit.id, words),
  ];
}
