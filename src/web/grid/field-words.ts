import type { ListField } from '../../contract/list.ts';
import { type AttributeDefinition, attributeLabel } from '../../domain/attributes.ts';
import { isLabelled } from '../../domain/labels.ts';
import type { Words } from '../words/use-words.ts';
import type { ListKind } from './list-kind.ts';

/** What a field of a list is called: its label, an attribute's own, or the months of a day. */
export function fieldLabel(
  kind: ListKind<never>,
  field: string,
  words: Words,
  attributes: readonly AttributeDefinition[],
): string {
  const { t, label, language, vocabulary } = words;
  const attribute = attributes.find(({ name }) => `attributes.${name}` === field);
  if (attribute) return attributeLabel(attribute, language);
  if (field.endsWith('Month'))
    return t('grid.month', { field: fieldLabel(kind, field.slice(0, -5), words, attributes) });
  if (field.endsWith('Id') && field in kind.spec.fields) {
    const plain = field.slice(0, -2);
    if (isLabelled(plain, vocabulary)) return label(kind.record, plain);
  }
  return isLabelled(field, vocabulary) ? label(kind.record, field) : t(`grid.field.${field}`);
}

/** What a value of a closed list is called in a filter; one that an address was mistyped with stands as it is. */
export function valueWords(field: string, spec: ListField | undefined, value: string, words: Words): string {
  const { t, value: say, day, manner } = words;
  if (value === '') return t('grid.none');
  if (field === 'state') return t(`assignments.state.${value}`);
  if (field === 'on') return day(value);
  if (spec?.kind === 'boolean') return say('yesNo', value === 'true' ? 'true' : 'false');
  if (spec?.kind === 'day') return day(value);
  if (spec?.kind === 'month') return monthWords(value, manner.tag);
  if (spec?.kind === 'enum' && spec.values.includes(value)) return enumWords(field, value, words);
  return value;
}

function enumWords(field: string, value: string, { value: say }: Words): string {
  if (field === 'keyType') return say('keyType', value as 'trial');
  if (field === 'role') return say('role', value as 'auditor');
  if (['inStock', 'inService', 'returned', 'retired'].includes(value))
    return say('equipmentStatus', value as 'retired');
  return say('keyStatus', value as 'expired');
}

function monthWords(month: string, tag: string): string {
  const [year = '', number = ''] = month.split('-');
  const first = new Date(Number(year), Number(number) - 1, 1);
  if (number === '' || Number.isNaN(first.getTime())) return month;
  return new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric' }).format(first);
}
