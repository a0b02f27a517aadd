import { listKeys } from '../../contract/keys.ts';
import { keyFields } from '../../domain/records/key.ts';
import { useTotal } from '../grid/use-total.ts';
import type { Fact } from '../record/fact.ts';
import { idFact } from '../record/id-fact.tsx';
import { plainFacts } from '../record/plain-facts.tsx';
import { referenceFact } from '../record/reference-fact.tsx';
import { useAttributeFacts } from '../record/use-attribute-facts.ts';
import { DayWithHint } from '../ui/day-with-hint.tsx';
import { MaskedKey } from '../ui/masked-key.tsx';
import { useWords, type Words } from '../words/use-words.ts';
import { HoldersCounted, HoldersNamed } from './holders-counted.tsx';
import type { Key } from './key-kind.tsx';

/** What the page of a key says of it; of one that is another customer's only what is told. */
export function useKeyFacts(item: Key): Fact[] {
  const words = useWords();
  const attributes = useAttributeFacts('key', item.attributes);
  const { customerId } = item;
  const keysOfCustomer = useTotal({ list: listKeys, query: { customerId: customerId ?? '' } }, customerId !== null);
  const known = identity(item, words);
  if (item.elsewhere) return [...known, appliedTo(item, words), validity(item, words), idFact(item.id, words)];
  return [
    ...known,
    customer(item, words, keysOfCustomer),
    appliedTo(item, words),
    seats(item, words),
    validity(item, words),
    referenceFact('key', 'license', item.license, words),
    ...plain(item, words),
    ...attributes,
    { field: 'createdAt', label: words.label('key', 'createdAt'), value: words.moment(item.createdAt), at: 'fields' },
    idFact(item.id, words),
  ];
}

function identity(item: Key, words: Words): Fact[] {
  const { label, value } = words;
  const { product, keyType, delivery } = item;
  return [
    referenceFact('key', 'product', product, words, { at: 'fields' }),
    { field: 'delivery', label: label('key', 'delivery'), value: value('delivery', delivery), at: 'fields' },
    ...content(item, words),
    { field: 'keyType', label: label('key', 'keyType'), value: value('keyType', keyType), at: 'fields' },
  ];
}

/** What it is delivered as; by account there is nothing beside that. */
function content({ maskedKey, delivery, licenseFile }: Key, { t, label, number }: Words): Fact[] {
  if (delivery === 'account') return [];
  const field = delivery === 'file' ? 'licenseFile' : 'licenseKey';
  const second = licenseFile
    ? t('keys.file.bytes', { number: number(licenseFile.size), count: licenseFile.size })
    : undefined;
  return [{ field, label: label('key', field), value: <MaskedKey mask={maskedKey} />, second, at: 'fields' }];
}

function customer({ customer: owner }: Key, words: Words, count: number | undefined): Fact {
  const { t, number } = words;
  const second = count === undefined ? undefined : t('keys.strip.keys', { count, number: number(count) });
  return referenceFact('key', 'customer', owner, words, { second });
}

function appliedTo(item: Key, { t }: Words): Fact {
  const fact: Fact = { field: 'appliedTo', label: t('keys.appliedTo'), value: t('keys.strip.notApplied'), at: 'strip' };
  if (item.assignments.length === 0) return fact;
  return { ...fact, value: <HoldersCounted item={item} />, second: <HoldersNamed item={item} /> };
}

function seats({ seats: all, seatsTaken: taken }: Key, { t, label, number }: Words): Fact {
  const value = t('keys.strip.taken', { taken: number(taken), seats: number(all) });
  const second = t('keys.strip.free', { count: all - taken, number: number(all - taken) });
  return { field: 'seats', label: label('key', 'seats'), value, second, at: 'strip' };
}

function validity({ keyType, validityStart, validityEnd }: Key, { t, day, value }: Words): Fact {
  return {
    field: 'validityEnd',
    label: t('keys.strip.validity'),
    value: validityEnd === null ? value('keyType', keyType) : <DayWithHint day={validityEnd} />,
    second: validityStart === null ? undefined : t('keys.strip.from', { start: day(validityStart) }),
    at: 'strip',
  };
}

function plain(item: Key, words: Words): Fact[] {
  const said = (field: 'purchaseDate' | 'termsOfUse') =>
    item.inherited.includes(field) ? words.t('keys.strip.ofLicense') : undefined;
  return plainFacts('key', keyFields, item, words, {
    purchaseDate: { second: said('purchaseDate') },
    termsOfUse: { at: 'fields', second: said('termsOfUse') },
  });
}
