import { foldText } from '../../../domain/fold.ts';

/** Parts of a year by their words, folded, with how many months each has. */
const parts: readonly { months: number; before: RegExp; behind: RegExp }[] = [
  {
    months: 3,
    before:
      /^(?:(?:q|t|quartal|quarter|trimestre|kwartaal|kwartal) ?(?<part>[1-4])|(?<first>[1-4])(?:\.|st|nd|rd|th|er|e|o)? ?(?:q|quartal|quarter|trimestre|kwartaal|kwartal))[ /.,-]{1,2}(?:de |of )?(?<year>(?:19|20)\d{2})$/,
    behind: /^(?<year>(?:19|20)\d{2})[ /-]?(?:q|t|quartal|quarter) ?(?<part>[1-4])$/,
  },
  {
    months: 6,
    before:
      /^(?:(?:h|hj|s|halbjahr|half|semestre) ?(?<part>[12])|(?<first>[12])(?:\.|st|nd|er|e|o)? ?(?:h|hj|halbjahr|half|semestre))[ /.,-]{1,2}(?:de |of )?(?<year>(?:19|20)\d{2})$/,
    behind: /^(?<year>(?:19|20)\d{2})[ /-]?(?:h|hj) ?(?<part>[12])$/,
  },
  { months: 12, before: /^(?<year>(?:19|20)\d{2})$/, behind: /^(?:year|jahr(?:es)?) (?<year>(?:19|20)\d{2})$/ },
];

const endBefore = /^(?:ende(?: des)?|end of|end|fin de?|fin|fine|finales? de|eind|einde|koniec)\s+(?=\S)/;

/** A text without a word that says that the end of something is meant, folded. */
export function withoutEnd(text: string): string {
  return foldText(text).replace(endBefore, '');
}

/** The year and the last month of a quarter, half a year, or a year; undefined where a text is none. */
export function lastMonth(text: string): { year: string; month: number } | undefined {
  const plain = withoutEnd(text);
  for (const { months, before, behind } of parts) {
    const { year, part, first } = (before.exec(plain) ?? behind.exec(plain))?.groups ?? {};
    if (year !== undefined) return { year, month: months * Number(part ?? first ?? 1) };
  }
  return undefined;
}
