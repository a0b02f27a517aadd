import { plainWord } from './plain-word.ts';

/** Words for nothing, in the languages of those who keep such lists; in letters and digits alone. */
const none = new Set([
  ...['na', 'none', 'notapplicable', 'null', 'nil', 'nan', 'ka', 'kein', 'keine', 'keiner', 'keines', 'entfällt'],
  ...['aucun', 'aucune', 'sansobjet', 'ninguno', 'ninguna', 'noaplica', 'nessuno', 'nessuna', 'geen', 'nvt', 'brak'],
  'niedotyczy',
]);

/** What people and machines write where they do not know, or where there is nothing to know. */
const unknown = new Set([
  ...['no', 'nokey', 'nolicense', 'nolicensekey', 'notavailable', 'unknown', 'tbd', 'tba', 'tbc', 'todo', 'pending'],
  ...['missing', 'empty', 'free', 'freeware', 'opensource', 'oem', 'digital', 'digitallicense', 'preinstalled'],
  ...['jw', 'so', 'dito', 'ditto', 'idem', 'same', 'wieoben', 'unlimited', 'unbegrenzt', 'unbefristet'],
  ...['online', 'included', 'notrequired', 'notneeded', 'unlicensed'],
  ...['keinschlüssel', 'keinkey', 'ohne', 'unbekannt', 'fehlt', 'leer', 'nichtvorhanden', 'nichtverfügbar'],
  ...['nichtnötig', 'nichterforderlich', 'offen', 'vorinstalliert'],
  ...['sans', 'inconnu', 'inconnue', 'nondisponible', 'nd', 'gratuit', 'sin', 'desconocido', 'desconocida'],
  ...['nodisponible', 'gratis', 'senza', 'sconosciuto', 'sconosciuta', 'gratuito', 'zonder', 'onbekend'],
  ...['nietbeschikbaar', 'nieznany', 'nieznane', 'bd'],
  ...['productkeywasnotfound', 'productkeynotfound', 'keynotfound', 'notfound'],
  ...['tobefilledbyoem', 'defaultstring', 'notspecified', 'nonespecified', 'systemserialnumber', 'serialnumber'],
  ...['noassettag', 'noassetinformation', 'assettag', 'chassisserialnumber', 'invalid', 'oemstring', '0123456789'],
]);

const seeElsewhere = /^(?:siehe|s\.|see|voir|véase|vedi|zie|patrz|cf\.)\s/iu;
const oneSign = /^([\p{L}\p{N}])\1{4,}$/iu;
/** No placeholder is longer. */
const longest = 80;

/** Whether a text is a word for nothing. */
export function meansNone(text: string): boolean {
  return none.has(plainWord(text));
}

/**
 * Whether a text at the place of a number or key says that there is none: a word for it (with something in brackets behind),
 * where else to look, signs without a letter or digit, or one letter or digit over and over (`XXXXX-XXXXX`).
 */
export function isPlaceholder(text: string): boolean {
  if (text.length > longest) return false;
  const plain = plainWord(text.replace(/[([{].*$/su, '') || text);
  if (plain === '') return !/[\p{L}\p{N}•*]/u.test(text);
  return none.has(plain) || unknown.has(plain) || oneSign.test(plain) || seeElsewhere.test(text);
}
