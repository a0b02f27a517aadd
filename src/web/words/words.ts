import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Language, languageOf, languageOfApi, languages } from '../../domain/languages.ts';
import { type LanguageFile, type Vocabulary, vocabularyOf, type WholeFile } from '../../domain/vocabulary.ts';

const stored = 'keybook.language';

/** Where the browser finds the file of each language. */
const addresses = import.meta.glob<string>('../../domain/words/*.json', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** What was loaded so far. */
const vocabularies = new Map<Language, Vocabulary>();

/** The language of the screens: what was chosen here, else the browser's. */
function chosenLanguage(): Language {
  const wanted = [localStorage.getItem(stored), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return languageOf(wanted.find((tag) => languages.some((known) => known === tag)));
}

async function fileOf(language: Language): Promise<LanguageFile> {
  const answer = await fetch(addresses[`../../domain/words/${language}.json`] ?? '');
  // The build's own file.
  return (await answer.json()) as LanguageFile;
}

/** Loads a language, and English beside it, which says what the language lacks. */
async function load(language: Language): Promise<void> {
  const needed = [...new Set([languageOfApi, language])];
  const files = await Promise.all(needed.map(fileOf));
  for (const [i, file] of files.entries()) i18next.addResourceBundle(needed[i] ?? language, 'translation', file);
  // English comes first, and lacks nothing.
  vocabularies.set(language, vocabularyOf(language, files[0] as WholeFile, files.at(-1) ?? {}));
}

/** Loads the words of the chosen language; another one comes when it is asked for. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: chosenLanguage(),
    fallbackLng: languageOfApi,
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await speak(chosenLanguage());
}

export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(stored, language);
  await speak(language);
}

async function speak(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return languageOf(i18next.language);
}

/** Everything said in the language of the screens, for what the rules put into words. */
export function currentVocabulary(): Vocabulary {
  const vocabulary = vocabularies.get(currentLanguage());
  if (!vocabulary) throw new Error('the words of the language are not loaded');
  return vocabulary;
}
