import { type NumberStyle, readAmount } from '../read/number-style.ts';
import { plainWord } from './plain-word.ts';

const endless = new Set([
  ...['unlimited', 'unbegrenzt', 'unlimitiert', 'unbeschränkt', 'illimité', 'illimitée', 'ilimitado', 'ilimitada'],
  ...['illimitato', 'illimitata', 'onbeperkt', 'nieograniczona', 'nieograniczone', 'bezlimitu', 'bezograniczeń'],
]);

/** Whether a number of seats says that there is no limit. */
export function isUnlimited(text: string): boolean {
  return text === '-1' || text === '∞' || endless.has(plainWord(text));
}

const currencySigns: Record<string, string> = { $: 'USD', US$: 'USD', '€': 'EUR', '£': 'GBP', zł: 'PLN', Euro: 'EUR' };
const money =
  /^(US\$|[$€£]|zł|Euro|[A-Z]{3})?\s{0,9}(\d[\d.,' \u00A0\u202F]{0,40}?)(?:[.,]\p{Pd}{1,2})?\s{0,9}(US\$|[$€£]|zł|Euro|[A-Z]{3})?$/u;
/** What an amount is for, or whether it has taxes in it. */
const more =
  /(?:\/|\b(?:pro|per|je|par|por|al|each)\b|\b(?:netto|brutto|net|gross|HT|TTC)\b|\b(?:zzgl|inkl|excl|incl|plus|exkl)\b)[^\d]{0,60}$/iu;
const nothingToPay = new Set(['kostenlos', 'gratis', 'free', 'freeofcharge', 'gratuit', 'gratuito', 'darmowe', 'frei']);

/** The digits, points and commas of an amount, and its currency; undefined where it is none. */
export function amountParts(text: string): { digits: string; currency?: string } | undefined {
  const alone = text.length <= 60 ? withoutMore(text) : '';
  const [, before, digits = '', after] = (alone.length <= 40 && money.exec(alone)) || [];
  if (digits === '' || (before && after)) return undefined;
  const sign = before ?? after;
  const currency = sign === undefined ? undefined : Object.hasOwn(currencySigns, sign) ? currencySigns[sign] : sign;
  return { digits: digits.replace(/[' \u00A0\u202F]/g, ''), ...(currency && { currency }) };
}

function withoutMore(text: string): string {
  return /[\p{L}/]/u.test(text) ? text.replace(more, '').trimEnd() : text;
}

/** Whether a text says more of an amount than how much it is: for what time or whom, or with which taxes. */
export function saysMore(text: string): boolean {
  return withoutMore(text) !== text;
}

/** An amount such as `$12.58`, `1.299,00 €`, `45.- CHF` or `89,90 €/Jahr`; undefined where it is none, or could be two. */
export function readMoney(text: string, style?: NumberStyle): { cost: number; currency?: string } | undefined {
  const { digits = '', currency } = amountParts(text) ?? {};
  if (digits === '' && nothingToPay.has(plainWord(text))) return { cost: 0 };
  // Who pays in these writes 1,200 for a thousand and more.
  const isEnglish = (currency === 'USD' || currency === 'GBP') && digits.includes(',');
  const cost = readAmount(digits, style ?? (isEnglish ? 'point' : undefined));
  return cost === undefined ? undefined : { cost, ...(currency && { currency }) };
}

const pieces = new Set([
  ...['x', 'st', 'stk', 'stck', 'stück', 'pc', 'pcs', 'piece', 'pieces', 'szt', 'sztuk', 'sztuki', 'pz', 'pzas', 'uds'],
  ...['ea', 'seat', 'seats', 'platz', 'plätze', 'pl'],
  ...['lizenz', 'lizenzen', 'license', 'licenses', 'licence', 'licences', 'licencias', 'licenze', 'licenties'],
  ...['licencji', 'aktivierung', 'aktivierungen', 'activation', 'activations'],
]);
const peopleAndUnits = new Set([
  ...[
    'user',
    'users',
    'benutzer',
    'nutzer',
    'anwender',
    'utilisateur',
    'utilisateurs',
    'usuario',
    'usuarios',
    'utenti',
  ],
  ...['gebruiker', 'gebruikers', 'użytkowników', 'arbeitsplätze', 'postes', 'poste', 'puestos', 'postazioni'],
  ...['gerät', 'geräte', 'device', 'devices', 'appareils', 'dispositivos', 'dispositivi', 'apparaten', 'urządzeń'],
  ...['installation', 'installationen', 'installations', 'client', 'clients', 'computer', 'computers', 'rechner'],
  ...['server', 'servers'],
]);

const eachWords = /^(?:je(?:weils)?|each|per|pro|à|cada|ciascuno|elk|po) (?=\d)/iu;
const timesBefore = /^[x×] ?(?=\d)/iu;

/** A count and the word behind it, where that says what is counted; `isEach` is one for each of several. */
function countParts(text: string): { digits: string; of: string; isEach: boolean } {
  const isEach = eachWords.test(text);
  const isTimes = timesBefore.test(text);
  const bare = text
    .replace(eachWords, '')
    .replace(timesBefore, '')
    .replace(/(?<=\d) ?×$/u, 'x');
  const [, digits = '', word = ''] =
    /^([-+]?\d[\d.,' \u00A0\u202F]{0,30})(?<=\d)\s?(\p{L}{1,20})\.?$/u.exec(bare) ?? [];
  const of = word.toLowerCase();
  if (pieces.has(of) || peopleAndUnits.has(of)) return { digits, of, isEach };
  return (isEach || isTimes) && /^\d+$/.test(bare)
    ? { digits: bare, of: 'x', isEach }
    : { digits: text, of: '', isEach };
}

/** The digits of a count, without what is counted: of `5 Stk.`, 5. */
export function countText(text: string): string {
  return countParts(text).digits.replace(/[' \u00A0\u202F]/g, '');
}

/** Whether a text cannot be anything but a count: the word behind it, or the sign before it, says so. */
export function saysCount(text: string): boolean {
  return text.length <= 60 && countParts(text).of !== '' && readCount(text) !== undefined;
}

/** Whether a text has two counts: of several parts, or those in use beside all. */
export function isOfTwo(text: string): boolean {
  return /^\d{1,9} ?(?:[/+|]|of|von|out of|aus|de|di|z) ?\d{1,9}$/i.test(text);
}

/** Whether a count is meant for each of several. */
export function isForEach(text: string): boolean {
  return text.length <= 60 && countParts(text).isEach;
}

/** Whether a count says whether people or units are counted, or that it is one for each. */
export function saysOfWhat(text: string): boolean {
  const { of, isEach } = countParts(text);
  return isEach || peopleAndUnits.has(of);
}

/** A whole number of at most nine digits, without a sign; thousands may be parted. Undefined where it is none. */
export function readCount(text: string, style?: NumberStyle): number | undefined {
  const count = readAmount(countText(text), style);
  return count !== undefined && Number.isInteger(count) && count < 1e9 ? count : undefined;
}

/** A decimal number, in either style. */
export function readNumber(text: string, style?: NumberStyle): number | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(\d[\d.,]*)$/.exec(text) ?? [];
  const amount = readAmount(digits, style);
  return amount === undefined ? undefined : amount * (sign === '-' ? -1 : 1);
}
