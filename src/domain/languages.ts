/** The languages of screens, messages and files. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** How a language writes what is no word. */
type Manner = {
  /** Its own name for itself. */
  name: string;
  /** How the platform's formats of days, numbers and money are asked for (BCP 47). */
  tag: string;
  /** The same for plain numbers. */
  numberTag: string;
  /** What stands before the decimals of a number, and between the cells of a CSV file. */
  decimalSign: string;
  delimiter: string;
  /** A day as it is typed and shown, in the letters of dayjs. */
  dayFormat: string;
  /** A day of `YYYY-MM-DD`, written. */
  day: (year: string, month: string, date: string) => string;
  /** Its words are long: fewer of them fit beside each other. */
  isWordy?: true;
};

const englishMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const manners: Record<Language, Manner> = {
  en: {
    name: 'English',
    tag: 'en-GB',
    numberTag: 'en-US',
    decimalSign: '.',
    delimiter: ',',
    dayFormat: 'D MMM YYYY',
    day: (year, month, date) => `${Number(date)} ${englishMonths[Number(month) - 1]} ${year}`,
  },
  de: {
    name: 'Deutsch',
    tag: 'de-DE',
    numberTag: 'de-DE',
    decimalSign: ',',
    delimiter: ';',
    dayFormat: 'DD.MM.YYYY',
    day: (year, month, date) => `${date}.${month}.${year}`,
    isWordy: true,
  },
};

/** How a language writes days, numbers and files. */
export function mannerOf(language: Language): Manner {
  return manners[language];
}

/** The language of that code; English where there is none. */
export function languageOf(code: string | null | undefined): Language {
  return languages.find((known) => known === code) ?? 'en';
}

/** The next one: where there are two, the other. */
export function languageAfter(language: Language): Language {
  return languages[(languages.indexOf(language) + 1) % languages.length] ?? language;
}

/** The language in which the API says what its fields and refusals are. */
export const languageOfApi: Language = 'en';
