/** What people and machines write where they have none, in the languages of those who keep such lists; in letters and digits alone. */
const nothing = new Set(
  [
    ...[
      'na',
      'none',
      'no',
      'nokey',
      'nolicense',
      'nolicensekey',
      'notapplicable',
      'notavailable',
      'null',
      'nil',
      'nan',
    ],
    ...['unknown', 'tbd', 'tba', 'tbc', 'todo', 'pending', 'missing', 'empty', 'free', 'freeware', 'opensource'],
    ...['oem', 'digital', 'digitallicense', 'preinstalled', 'online', 'included', 'notrequired', 'notneeded'],
    ...['ka', 'kein', 'keine', 'keiner', 'keines', 'keinschlüssel', 'keinkey', 'ohne', 'unbekannt', 'fehlt', 'leer'],
    ...['nichtvorhanden', 'nichtverfügbar', 'nichtnötig', 'nichterforderlich', 'entfällt', 'offen', 'vorinstalliert'],
    ...['aucun', 'aucune', 'sans', 'inconnu', 'inconnue', 'nondisponible', 'nd', 'sansobjet', 'gratuit'],
    ...['ninguno', 'ninguna', 'sin', 'desconocido', 'desconocida', 'nodisponible', 'noaplica', 'gratis'],
    ...['nessuno', 'nessuna', 'senza', 'sconosciuto', 'sconosciuta', 'gratuito'],
    ...['geen', 'zonder', 'onbekend', 'nvt', 'nietbeschikbaar', 'brak', 'nieznany', 'nieznane', 'niedotyczy', 'bd'],
    ...['productkeywasnotfound', 'productkeynotfound', 'keynotfound', 'notfound', 'unlicensed'],
    ...['tobefilledbyoem', 'defaultstring', 'notspecified', 'nonespecified', 'systemserialnumber', 'serialnumber'],
    ...['noassettag', 'noassetinformation', 'assettag', 'chassisserialnumber', 'invalid', 'oemstring', '0123456789'],
  ].map((word) => word.normalize('NFC')),
);

const seeElsewhere = /^(?:siehe|s\.|see|voir|véase|vedi|zie|patrz|cf\.)\s/iu;
const oneSign = /^([\p{L}\p{N}])\1{4,}$/iu;
/** No placeholder is longer. */
const longest = 80;

/**
 * Whether a text at the place of a number or key says that there is none: a word for it (with something in brackets behind),
 * where else to look, signs without a letter or digit, or one letter or digit over and over (`XXXXX-XXXXX`).
 */
export function isPlaceholder(text: string): boolean {
  if (text.length > longest) return false;
  const before = text.replace(/\s*[([{].*$/su, '') || text;
  const plain = before.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (plain === '') return !/[\p{L}\p{N}•*]/u.test(text);
  return nothing.has(plain) || oneSign.test(plain) || seeElsewhere.test(text);
}
