import { createContext, createElement, type ReactNode, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me.ts';
import { currentVocabulary } from './words.ts';
import { wordsOf } from './words-of.ts';

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
