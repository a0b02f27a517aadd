import type { TFunction } from 'i18next';
import { createContext, createElement, type ReactNode, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type LabelledField, type LabelledRecord, labelOf, titleOf, valueLabel } from '../../domain/labels.ts';
import type { Language } from '../../domain/languages.ts';
import { useMe } from '../api/me.ts';
import { showDay, showLately, showMoment, showNumber } from './formats.ts';
import { currentLanguage } from './words.ts';

/** Everything a screen needs to speak: words, labels of fields and values, dates and numbers. */
function wordsOf(t: TFunction, language: Language, timeZone: string, today: string | undefined) {
  return {
    t,
    language,
    /** Today in the organisation's time zone; undefined where nobody is signed in. */
    today,
    label: (record: LabelledRecord, field: LabelledField): string => labelOf(field, record, language),
    title: (record: LabelledRecord): string => titleOf(record, language),
    value: ((kind, value) => valueLabel(kind, value, language)) as ValueWords,
    day: (day: string | null | undefined): string => showDay(day, language),
    moment: (moment: string | null | undefined): string => showMoment(moment, language, timeZone),
    lately: (moment: string): string => showLately(moment, language, timeZone, today),
    number: (value: number): string => showNumber(value, language),
  };
}

type Kinds = Parameters<typeof valueLabel>[0];
type ValueWords = <Kind extends Kinds>(kind: Kind, value: Parameters<typeof valueLabel<Kind>>[1]) => string;
export type Words = ReturnType<typeof wordsOf>;

const WordsContext = createContext<Words | undefined>(undefined);

/** Makes the words once for all screens: a list asks for them in every cell. */
export function WordsProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const { timeZone = 'UTC', today } = useMe() ?? {};
  const words = useMemo(() => wordsOf(t, language, timeZone, today), [t, language, timeZone, today]);
  return createElement(WordsContext, { value: words }, children);
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('there are no words outside of the provider');
  return words;
}
