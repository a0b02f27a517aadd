import { foldText } from '../../../domain/fold.ts';

/** What people write in the place of a day that names none, by what it is: the code and the sentence of its fault. */
const kinds: readonly { code: string; detail: string; pattern: RegExp }[] = [
  {
    code: 'calendar_week',
    detail: 'This is a calendar week, and no day. Write the day that is meant, as YYYY-MM-DD.',
    pattern:
      /^(?:(?:kw|cw|wk?|weeks?|woche|kalenderwoche|semaine|semana|settimana|tydzien)\.?[ -]?\d{1,2}\b|\d{1,2}\. ?(?:kw|woche)\b|\d{4}[ -]?w\d{1,2}\b)/,
  },
  {
    code: 'duration',
    detail: 'This says for how long, and not until when. Write the last day, as YYYY-MM-DD.',
    pattern:
      /^\d{1,3}[ -]?(?:jahre?n?|j|years?|yrs?|y|monate?n?|mon|months?|mos?|m|tage?n?|days?|d|wochen?|weeks?|ans?|mois|anos?|meses|anni?|mesi|jaar|maanden|lata?|rok|miesiecy)\b\.?/,
  },
  {
    code: 'vague_day',
    detail: 'This says only about when. Write the day, as YYYY-MM-DD, or leave it out.',
    pattern:
      /^(?:mitte|anfang|ca|circa|etwa|ungefahr|um|gegen|voraussichtlich|fruhestens|spatestens|fruhjahr|fruhling|sommer|herbst|winter|mid|early|late|about|approx|around|begin|beginning|start|spring|summer|autumn|fall|debut|mi|vers|environ|principios|mediados|inizio|meta|begin|half|poczatek|polowa)\b/,
  },
  {
    code: 'not_one_day',
    detail: 'This is a time of many days. Write the one that is meant, as YYYY-MM-DD.',
    pattern:
      /^(?:(?:ende|end of|end|fin|fine|final|eind|einde|koniec)\b|q[1-4]\b|h[12]\b|[1-4]\. ?(?:quartal|halbjahr)|\d{4}(?:[ /-]?[qh][1-4])?$)/,
  },
];

/** What a text is that names no day where one is asked for; undefined where nothing more can be said of it. */
export function vagueDay(text: string): [code: string, detail: string] | undefined {
  if (text.length > 60) return undefined;
  const plain = foldText(text);
  const found = kinds.find(({ pattern }) => pattern.test(plain));
  return found && [found.code, found.detail];
}
