import { everyLanguage } from '../../../domain/every-language.ts';
import { keyTypes } from '../../../domain/key-rules.ts';
import { valueLabel } from '../../../domain/labels.ts';
import { meansNone } from './placeholder.ts';
import { plainWord } from './plain-word.ts';

/** What people write in the place of an end where there is none, beside the words for nothing at all. */
const endless = new Set([
  ...['unlimited', 'permanent', 'perpetual', 'lifetime', 'lifelong', 'never', 'neverexpires', 'neverexpire'],
  ...[
    'unbefr',
    'unbegr',
    'unlim',
    'perm',
    'noexpiration',
    'noexpiry',
    'noend',
    'doesnotexpire',
    'indefinite',
    'indefinitely',
    'forever',
  ],
  ...['unbegrenzt', 'unbefristet', 'unlimitiert', 'unbeschränkt', 'dauerhaft', 'lebenslang', 'lebenszeit', 'nie'],
  ...['niemals', 'keinablauf', 'keinablaufdatum', 'läuftnieab', 'läuftnichtab'],
  // So GLPI's translation spells it.
  'lauftnieab',
  ...['illimité', 'illimitée', 'jamais', 'perpétuelle', 'permanente', 'ilimitado', 'ilimitada', 'nunca', 'perpetua'],
  ...['illimitato', 'illimitata', 'mai', 'onbeperkt', 'nooit', 'bezterminowo', 'bezterminowa', 'nigdy'],
]);

/** Whether a text at the place of an end says that there is none: words, a dash, the last day of computers, or no date. */
export function isEndless(text: string): boolean {
  if (/^[-–—∞]+$/.test(text)) return true;
  if (/^(?:9999|0000)[./-]\d{1,2}[./-]\d{1,2}(?:[T ][\d:.]+)?$|^\d{1,2}[./-]\d{1,2}[./-](?:9999|0000)$/.test(text))
    return true;
  return endless.has(plainWord(text)) || meansNone(text);
}

/** One of `values`, whatever its case, blanks and dashes: `Time-Limited` is timeLimited. */
function readWord<Value extends string>(text: string, values: readonly Value[]): Value | undefined {
  return values.find((value) => plainWord(value) === plainWord(text));
}

/** What other lists call our key types, beside our own words. */
const calledTypes: Readonly<Record<string, (typeof keyTypes)[number]>> = {
  ...{ perpetual: 'permanent', dauerlizenz: 'permanent', permanente: 'permanent', perpétuelle: 'permanent' },
  ...{ perpetua: 'permanent', bezterminowa: 'permanent' },
  ...{ abo: 'subscription', abonnement: 'subscription', suscripción: 'subscription', abbonamento: 'subscription' },
  ...{ subskrypcja: 'subscription', mietlizenz: 'subscription' },
  ...{ test: 'trial', testlizenz: 'trial', demo: 'trial', evaluation: 'trial', essai: 'trial', prueba: 'trial' },
  ...{ prova: 'trial', proef: 'trial', próbna: 'trial' },
};

/** A key type by its name in code, or in a language. */
export function readKeyType(text: string): (typeof keyTypes)[number] | undefined {
  const own = readWord(text, keyTypes) ?? keyTypes.find((type) => isLabel('keyType', type, text));
  const word = plainWord(text);
  return own ?? (Object.hasOwn(calledTypes, word) ? calledTypes[word] : undefined);
}

/** The status of a unit by its name in code, or in a language. */
export function readUnitStatus<Status extends 'inStock' | 'inService' | 'returned' | 'retired'>(
  text: string,
  statuses: readonly Status[],
): Status | undefined {
  return readWord(text, statuses) ?? statuses.find((status) => isLabel('equipmentStatus', status, text));
}

function isLabel<Kind extends 'keyType' | 'equipmentStatus' | 'yesNo'>(
  kind: Kind,
  value: Parameters<typeof valueLabel<Kind>>[1],
  text: string,
): boolean {
  return everyLanguage.some((words) => plainWord(valueLabel(kind, value, words)) === plainWord(text));
}

const yes = new Set([
  ...['true', 'y', '1', 'j', 'wahr', 'x', '✓', 'oui', 'vrai', 'si', 'sí', 'sì', 'verdadero', 'vero', 'waar', 'tak'],
  'prawda',
  ...['auto', 'automatic', 'automatically', 'automatisch', 'autorenew', 'autorenews', 'recurring'],
]);
const no = new Set([
  'false',
  'n',
  '0',
  'falsch',
  'non',
  'faux',
  'falso',
  'nee',
  'onwaar',
  'nie',
  'fałsz',
  'manual',
  'manually',
  'manuell',
]);

/** Yes or no as spreadsheets and other programs write it, or in a language; undefined where it is neither. */
export function readYesNo(text: string): boolean | undefined {
  const word = plainWord(text);
  if (yes.has(word) || isLabel('yesNo', 'true', text)) return true;
  return no.has(word) || isLabel('yesNo', 'false', text) ? false : undefined;
}
