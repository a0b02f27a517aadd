import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Language, languageOf, languages } from '../../domain/languages.ts';
import germanWords from './de.json?url';
import englishWords from './en.json?url';

const stored = 'keybook.language';

/** The words of each language, and how the calendar learns its names of months and days; English ones it always has. */
const sources: Record<Language, { words: string; calendar?: () => Promise<unknown> }> = {
  en: { words: englishWords },
  de: { words: germanWords, calendar: () => import('dayjs/locale/de.js') },
};

/** The language of the screens: what was chosen here, else the browser's. */
function chosenLanguage(): Language {
  const wanted = [localStorage.getItem(stored), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return (
    languages.find((language) => wanted.find((tag) => languages.some((known) => known === tag)) === language) ?? 'en'
  );
}

async function load(language: Language): Promise<void> {
  const words = fetch(sources[language].words);
  await sources[language].calendar?.();
  i18next.addResourceBundle(language, 'translation', await (await words).json());
}

/** Loads the words of the chosen language; the other one comes when it is asked for. */
export async function startWords(): Promise<void> {
  const language = chosenLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(stored, language);
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return languageOf(i18next.language);
}
