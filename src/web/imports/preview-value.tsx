import { IconDeviceLaptop, IconUser } from '@tabler/icons-react';
import { equipmentStatuses } from '../../contract/equipment.ts';
import type { AttributeDefinition } from '../../domain/attributes.ts';
import { isDay } from '../../domain/day.ts';
import { keyTypes } from '../../domain/key-rules.ts';
import { KeyTypeSign } from '../ui/badges.tsx';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { showMoney } from '../words/formats.ts';
import { useWords, type Words } from '../words/use-words.ts';
import classes from './preview.module.css';

export type Value = string | number | boolean | null | undefined;

const knownKeyType = (value: Value) => keyTypes.find((known) => known === value);

/** A value of a row as it is said in words. */
export function valueWords(
  value: Value,
  field: string,
  attributes: readonly AttributeDefinition[],
  { value: say, day, number, t, manner }: Words,
): string {
  if (value === null || value === undefined || value === '') return t('imports.preview.empty');
  if (typeof value === 'boolean') return say('yesNo', value ? 'true' : 'false');
  if (typeof value === 'number') return field === 'cost' ? showMoney(value, null, manner) : number(value);
  const attribute = attributes.find(({ name }) => `attributes.${name}` === field);
  if (attribute) return attribute.kind === 'date' ? day(value) : value;
  const keyType = field === 'keyType' && knownKeyType(value);
  if (keyType) return say('keyType', keyType);
  const status = field === 'status' && equipmentStatuses.find((known) => known === value);
  if (status) return say('equipmentStatus', status);
  return isDay(value) ? day(value) : value;
}

type Props = {
  field: string;
  value: Value;
  becomes: Record<string, Value>;
  attributes: readonly AttributeDefinition[];
};

/** What a cell of the preview says, in two lines at most; the whole under the pointer. */
export function ShownValue({ field, value, becomes, attributes }: Props) {
  const words = useWords();
  const keyType = field === 'keyType' && knownKeyType(value);
  if (keyType) return <KeyTypeSign type={keyType} />;
  if (field === 'licenseKey') return <Masks masks={String(value)} />;
  if (field === 'cost' && typeof value === 'number')
    return <span className={classes.plain}>{showMoney(value, currencyOf(becomes), words.manner)}</span>;
  const said = valueWords(value, field, attributes, words);
  if (typeof value !== 'string' || isDay(value)) return <span className={classes.plain}>{said}</span>;
  const Icon = field === 'equipment' ? IconDeviceLaptop : field === 'userName' ? IconUser : undefined;
  return (
    <span className={classes.name} title={said}>
      {Icon && <Icon size={14} stroke={2} aria-hidden />}
      {said}
    </span>
  );
}

function currencyOf({ currency }: Record<string, Value>): string | null {
  return typeof currency === 'string' ? currency : null;
}

function Masks({ masks }: { masks: string }) {
  const words = useWords();
  return (
    <span className={`mono ${classes.name}`} title={masks}>
      {masks
        .split(', ')
        .map((mask) => shortMaskOf(mask, words))
        .join(', ')}
    </span>
  );
}
