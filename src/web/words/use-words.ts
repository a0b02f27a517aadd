import type { TFunction } from 'i18next';
import { createContext, createElement, type ReactNode, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type LabelledField, type LabelledRecord, labelOf, titleOf, valueLabel } from '../../domain/labels.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import { useMe } from '../api/me.ts';
import { showDay, showLately, showMoment, showNumber } from './formats.ts';
import { currentVocabulary } from './words.ts';

/** Everything a screen needs to speak: words, labels of fields and values, dates and numbers. */
function wordsOf(t: TFunction, vocabulary: Vocabulary, timeZone: string, today: string | undefined) {
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
  };
}

type Kinds = Parameters<typeof valueLabel>[0];
type ValueWords = <Kind extends Kinds>(kind: Kind, value: Parameters<typeof valueLabel<Kind>>[1]) => string;
export type Words = ReturnType<typeof wordsOf>;

const WordsContext = createContext<Words | undefined>(undefined);

/** Makes the words once for all screens: a list asks for them in every cell. */
export function WordsProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const vocabulary = currentVocabulary();
  const { timeZone = 'UTC', today } = useMe() ?? {};
  const words = useMemo(() => wordsOf(t, vocabulary, timeZone, today), [t, vocabulary, timeZone, today]);
  return createElement(WordsContext, { value: words }, children);
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('there are no words outside of the provider');
  return words;
}
