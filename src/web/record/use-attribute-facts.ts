import { type AttributeDefinition, attributeLabel, type RecordType } from '../../domain/attributes.ts';
import { useAttributes } from '../grid/use-attributes.ts';
import { useWords, type Words } from '../words/use-words.ts';
import type { Fact } from './fact.ts';

type Value = string | number | boolean;

/** The dynamic features of a record, as an administrator has defined them: among all fields. */
export function useAttributeFacts(record: RecordType, values: Record<string, Value>): Fact[] {
  const words = useWords();
  return useAttributes(record).map((attribute) => ({
    field: `attributes.${attribute.name}`,
    label: attributeLabel(attribute, words.language),
    value: shown(values[attribute.name], attribute, words),
    at: 'fields',
  }));
}

function shown(value: Value | undefined, { kind }: AttributeDefinition, words: Words): string | undefined {
  if (typeof value === 'boolean') return words.value('yesNo', value ? 'true' : 'false');
  // Every digit stays: it was typed, not counted.
  if (typeof value === 'number') return String(value).replace('.', words.manner.decimalSign);
  return value !== undefined && kind === 'date' ? words.day(value) : value;
}
