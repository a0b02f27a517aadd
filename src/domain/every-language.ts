import { type Language, languageOf, languageOfApi, languages } from './languages.ts';
import { type LanguageFile, type Vocabulary, vocabularyOf, type WholeFile } from './vocabulary.ts';

/** The file of a language; test/web/words.test.ts compares what stands in each with the English one. */
async function fileOf(language: Language): Promise<LanguageFile> {
  const { default: file } = await import(`./words/${language}.json`, { with: { type: 'json' } });
  return file;
}

// English lacks nothing: the types are made of it.
const english = (await fileOf(languageOfApi)) as WholeFile;

/** The words of every language. The browser has only those of the reader's: it must not load this. */
export const everyLanguage: readonly Vocabulary[] = await Promise.all(
  languages.map(async (language) => vocabularyOf(language, english, await fileOf(language))),
);

/** What the API says is said in these. */
export const wordsOfApi = wordsIn(languageOfApi);

/** The words of the language of that code; English where there is none. */
export function wordsIn(code: unknown): Vocabulary {
  const language = languageOf(code);
  const words = everyLanguage.find((known) => known.language === language);
  if (!words) throw new Error(`there are no words in ${language}`);
  return words;
}
