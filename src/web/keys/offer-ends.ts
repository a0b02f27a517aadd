import { giveFile } from '../ui/give-file.ts';
import { shortMaskOf } from '../ui/masked-key.tsx';
import type { Words } from '../words/use-words.ts';
import { calendarFile } from './calendar-file.ts';
import type { Key } from './key-kind.tsx';

/** Offers the ends of keys as a file for one's calendar, with a reminder before each. */
export function offerEnds(keys: readonly Key[], words: Pick<Words, 't' | 'value'>): void {
  const { t } = words;
  const days = [...Map.groupBy(keys, ({ validityEnd }) => validityEnd ?? '')].map(([day, ending]) => {
    const products = [...new Set(ending.map(({ product }) => product.name))].join(', ');
    const text = ending.map(({ product, maskedKey }) => `${product.name} ${shortMaskOf(maskedKey, words)}`).join('\n');
    return { day, title: t('keys.renew.ends', { count: ending.length, products }), text };
  });
  giveFile('keybook.ics', calendarFile(days, new Date()), 'text/calendar;charset=utf-8');
}
