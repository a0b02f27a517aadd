import type { Language } from './languages.ts';
import type english from './words/en.json';

/** What the file of a language says when it lacks nothing, as the English one does. */
export type WholeFile = typeof english;

/** What the file of another language says: English stands in for what it lacks. */
export type LanguageFile = Partly<WholeFile>;

type Partly<Part> = Part extends string | boolean | readonly unknown[]
  ? Part
  : { [Name in keyof Part]?: Partly<Part[Name]> };

/** Everything that is said in one language. */
export type Vocabulary = WholeFile & { language: Language };

/** How a language writes days, numbers and files. */
export type Manner = Vocabulary['manner'];

/** The words of a language, and English ones where its file has none. */
export function vocabularyOf(language: Language, english: WholeFile, file: LanguageFile): Vocabulary {
  // What is laid over English is of the same form.
  return { ...(laidOver(english, file) as WholeFile), language };
}

type Branch = Readonly<Record<string, unknown>>;

function laidOver(below: Branch, above: Branch): Branch {
  const parts = Object.entries(above).map(([name, part]) => {
    const under = below[name];
    return [name, isBranch(under) && isBranch(part) ? laidOver(under, part) : part];
  });
  return { ...below, ...Object.fromEntries(parts) };
}

function isBranch(part: unknown): part is Branch {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

/** A day of `YYYY-MM-DD` as a language writes it. */
export function writtenDay(day: string, { dayFormat, months }: Manner): string {
  const [year = '', month = '', date = ''] = day.split('-');
  const parts: Record<string, string> = {
    YYYY: year,
    MMM: months[Number(month) - 1] ?? month,
    MM: month,
    DD: date,
    D: String(Number(date)),
  };
  return dayFormat.replaceAll(/YYYY|MMM?|DD?/g, (letters) => parts[letters] ?? letters);
}
