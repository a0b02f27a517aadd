import { Link } from 'react-router';
import { licenseFields } from '../../domain/records/license.ts';
import type { Fact } from '../record/fact.ts';
import { idFact } from '../record/id-fact.tsx';
import { plainFacts } from '../record/plain-facts.tsx';
import { referenceFact } from '../record/reference-fact.tsx';
import { useAttributeFacts } from '../record/use-attribute-facts.ts';
import { DayWithHint } from '../ui/day-with-hint.tsx';
import { showMoney } from '../words/formats.ts';
import { useWords, type Words } from '../words/use-words.ts';
import { Free, type License } from './license-kind.tsx';

/** What the page of a license says of it: first what it is worth today. */
export function useLicenseFacts(license: License): Fact[] {
  const words = useWords();
  const { label, manner, moment, value } = words;
  const { product, customer, cost, currency } = license;
  const money = cost === null ? null : showMoney(cost, currency, manner);
  return [
    referenceFact('license', 'product', product, words),
    referenceFact('license', 'customer', customer, words),
    ...figures(license, words),
    ...plain(license, words),
    { field: 'cost', label: label('license', 'cost'), value: money, at: 'strip' },
    {
      field: 'renewsItself',
      label: label('license', 'renewsItself'),
      value: value('yesNo', license.renewsItself ? 'true' : 'false'),
      at: 'line',
    },
    ...useAttributeFacts('license', license.attributes),
    { field: 'createdAt', label: label('license', 'createdAt'), value: moment(license.createdAt), at: 'fields' },
    idFact(license.id, words),
  ];
}

/** Bought, keyed, taken, free: each number that has rows opens them (E6). */
function figures({ id, quantity, keyed, taken, free, unusedSince }: License, words: Words): Fact[] {
  const { t, label, number, day } = words;
  const keys = `/keys?licenseId=${id}`;
  const since = unusedSince !== null && free > 0 ? t('licenses.unusedSince', { day: day(unusedSince) }) : undefined;
  return [
    { field: 'quantity', label: t('licenses.bought'), value: number(quantity), at: 'strip' },
    {
      field: 'keyed',
      label: label('license', 'keyed'),
      value: <Link to={`${keys}&status=available,applied,expired`}>{number(keyed)}</Link>,
      at: 'strip',
    },
    {
      field: 'taken',
      label: label('license', 'taken'),
      value: <Link to={`${keys}&inUse=true`}>{number(taken)}</Link>,
      at: 'strip',
    },
    {
      field: 'free',
      label: label('license', 'free'),
      value: <Free free={free} />,
      second: free < 0 ? t('licenses.over', { count: -free }) : since,
      at: 'strip',
    },
  ];
}

function plain(license: License, words: Words): Fact[] {
  const { start, end } = license;
  const from = start === null ? undefined : words.t('keys.strip.from', { start: words.day(start) });
  return plainFacts('license', licenseFields, license, words, {
    start: { at: end === null ? 'strip' : 'fields' },
    end: { at: 'strip', second: from, ...(end !== null && { value: <DayWithHint day={end} /> }) },
    currency: { at: 'fields' },
    termsOfUse: { at: 'fields' },
  });
}
