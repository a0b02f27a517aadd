import type { TFunction } from 'i18next';
import { type LabelledField, type LabelledRecord, labelOf, titleOf, valueLabel } from '../../domain/labels.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import { showDay, showLately, showMoment, showNumber } from './formats.ts';

/** Everything a screen needs to speak: words, labels of fields and values, dates and numbers. */
export function wordsOf(t: TFunction, vocabulary: Vocabulary, timeZone: string, today: string | undefined) {
  const { language, manner } = vocabulary;
  return {
    t,
    language,
    /** How the language writes days and numbers. */
    manner,
    /** What the rules put into words. */
    vocabulary,
    /** Today in the organisation's time zone; undefined where nobody is signed in. */
    today,
    label: (record: LabelledRecord, field: LabelledField): string => labelOf(field, record, vocabulary),
    title: (record: LabelledRecord): string => titleOf(record, vocabulary),
    value: ((kind, value) => valueLabel(kind, value, vocabulary)) as ValueWords,
    day: (day: string | null | undefined): string => showDay(day, manner),
    moment: (moment: string | null | undefined): string => showMoment(moment, manner, timeZone),
    lately: (moment: string): string => showLately(moment, manner, timeZone, today),
    number: (value: number): string => showNumber(value, manner),
    /** How many rows a list has, as far as they were counted. */
    rowsCounted: ({ total, moreThanTotal = false }: { total: number; moreThanTotal?: boolean }): string =>
      moreThanTotal ? t('grid.moreThan', { number: showNumber(total, manner) }) : showNumber(total, manner),
  };
}

type Kinds = Parameters<typeof valueLabel>[0];
type ValueWords = <Kind extends Kinds>(kind: Kind, value: Parameters<typeof valueLabel<Kind>>[1]) => string;
