/** The languages of screens, messages and files, by their own names. What each of them says stands in `words/`, a file each. */
const names = { en: 'English', de: 'Deutsch' };

export type Language = keyof typeof names;

// The table has no other members than these.
export const languages = Object.keys(names) as readonly Language[];

/** The language in which the API says what its fields and refusals are, and which stands in for what another lacks. */
export const languageOfApi: Language = 'en';

/** What a language calls itself. */
export function languageName(code: string): string {
  return names[languageOf(code)];
}

/** The language of that code; English where there is none. */
export function languageOf(code: unknown): Language {
  return languages.find((known) => known === code) ?? languageOfApi;
}

/** The next one: where there are two, the other. */
export function languageAfter(language: Language): Language {
  return languages[(languages.indexOf(language) + 1) % languages.length] ?? language;
}
