import { attemptName } from '../action-names.ts';
import { isLabelled, type LabelledRecord, labelOf } from '../labels.ts';
import type { AuditAction } from './actions.ts';
import {
  actorNameOf,
  changedFieldsOf,
  type Details,
  erasedCountOf,
  holderOf,
  isImported,
  recordNameOf,
  textOf,
  type Wordings,
} from './sentence-parts.ts';

/** The words of every action in German; `by` reads "durch" and the name of who did it. */
export const germanWordings: Wordings = {
  'key.created': (details, by) => `Angelegt ${by}${imported(details)}`,
  'key.updated': (details, by) => `Geändert${fieldsOf('key', details)} ${by}`,
  'key.applied': (details, by) => `Zugewiesen${holders('an', details)} ${by}${imported(details)}`,
  'key.removed': (details, by) => `Widerrufen${holders('von', details)} ${by}`,
  'key.revoked': (details, by) => `Widerrufen ${by}${because(details)}`,
  'key.reinstated': (details, by) => `Reaktiviert ${by}${because(details)}`,
  'key.expired': (_, by) => `Abgelaufen, festgestellt ${by}`,
  'key.renewed': (details, by) => `Verlängert${until(details)} ${by}`,
  'key.replaced': (details, by) => `Durch einen anderen Lizenzschlüssel ersetzt ${by}${because(details)}`,
  'key.revealed': (_, by) => `Lizenzschlüssel angezeigt ${by}`,
  'key.deleted': (_, by) => `Gelöscht ${by}`,
  'key.mended': (_, by) => `Berichtigt ${by}`,
  'key.lookedUp': (_, by) => `Nachgeschlagen ${by}`,
  'assignment.updated': (details, by) => `Zuweisung${holders('an', details)} geändert ${by}`,
  'assignment.deleted': (details, by) => `Zuweisung${holders('an', details)} ohne Schlüssel gelöscht ${by}`,
  'entries.erased': (details, by) => `Inhalt von ${entries(details)} gelöscht ${by}`,
  'equipment.created': recorded('Gerät', 'angelegt', 'equipment'),
  'equipment.updated': recorded('Gerät', 'geändert', 'equipment'),
  'equipment.deleted': recorded('Gerät', 'gelöscht', 'equipment'),
  'license.created': recorded('Lizenz', 'angelegt', 'license'),
  'license.updated': recorded('Lizenz', 'geändert', 'license'),
  'license.deleted': recorded('Lizenz', 'gelöscht', 'license'),
  'product.created': recorded('Softwareprodukt', 'angelegt', 'product'),
  'product.updated': recorded('Softwareprodukt', 'geändert', 'product'),
  'product.deleted': recorded('Softwareprodukt', 'gelöscht', 'product'),
  'customer.created': recorded('Kunde', 'angelegt', 'customer'),
  'customer.updated': recorded('Kunde', 'geändert', 'customer'),
  'customer.deleted': recorded('Kunde', 'gelöscht', 'customer'),
  'attribute.created': recorded('Dynamisches Merkmal', 'angelegt'),
  'attribute.updated': recorded('Dynamisches Merkmal', 'geändert'),
  'attribute.deleted': recorded('Dynamisches Merkmal', 'gelöscht'),
  'view.created': recorded('Ansicht', 'gespeichert'),
  'view.updated': recorded('Ansicht', 'geändert'),
  'view.deleted': recorded('Ansicht', 'gelöscht'),
  'import.completed': recorded('Import', 'abgeschlossen'),
  'export.completed': recorded('Export', 'erstellt'),
  'search.completed': (_, by) => `Lizenzschlüssel durchsucht ${by}`,
  'user.created': recorded('Benutzer', 'angelegt', 'user'),
  'user.updated': recorded('Benutzer', 'geändert', 'user'),
  'user.disabled': recorded('Benutzer', 'gesperrt', 'user'),
  'user.reset': recorded('Benutzer', 'zurückgesetzt', 'user'),
  'user.passwordChanged': (_, by) => `Passwort geändert ${by}`,
  'user.secondFactorAdded': (_, by) => `Zweiter Faktor eingerichtet ${by}`,
  'user.secondFactorRemoved': (details, by) => `Zweiter Faktor${owner(details)} entfernt ${by}`,
  'user.recoveryCodesMade': (_, by) => `Wiederherstellungscodes erzeugt ${by}`,
  'user.identityLinked': (details, by) => `Einmalanmeldung${owner(details)} verknüpft ${by}`,
  'user.identityUnlinked': (details, by) => `Einmalanmeldung${owner(details)} gelöst ${by}`,
  'token.created': recorded('Token', 'angelegt'),
  'token.revoked': recorded('Token', 'widerrufen'),
  'session.opened': (details, by) => (details.confirmed === true ? `Sitzung bestätigt ${by}` : `Angemeldet ${by}`),
  'session.refused': (details) => `Anmeldung abgewiesen: ${actorNameOf(details) ?? 'jemand'}`,
  'session.throttled': (details) =>
    `Anmeldung vorerst abgewiesen: ${actorNameOf(details) ?? 'jemand'}${often(details)}`,
  'session.closed': (_, by) => `Abgemeldet ${by}`,
  'session.ended': (details, by) => `Sitzungen${owner(details)} beendet ${by}`,
  'access.refused': (details) => `Zugriff abgewiesen: ${actorNameOf(details) ?? 'jemand'}${attempt(details)}`,
  'settings.created': (_, by) => `Eingerichtet ${by}`,
  'settings.updated': (details, by) => `Einstellungen geändert${fieldsOf('key', details)} ${by}`,
  'expiry.completed': (_, by) => `Ablaufprüfung ausgeführt ${by}`,
  'consistency.completed': (_, by) => `Konsistenzprüfung ausgeführt ${by}`,
  'restore.completed': (_, by) => `Sicherung zurückgespielt ${by}`,
  'rotation.completed': (_, by) => `Geheimnisse erneuert ${by}`,
  'masking.completed': (_, by) => `Lizenzschlüssel neu maskiert ${by}`,
  'tags.begun': (_, by) => `Kennzeichnung des Protokolls begonnen ${by}`,
  'tampering.found': (details, by) => `Fremder Eingriff gefunden in ${rowOf(details)} ${by}`,
  'clock.corrected': (_, by) => `Zeit des Protokolls auf die Uhr zurückgestellt ${by}`,
  'clock.accepted': (_, by) => `Uhr nach langer Zeit ohne Eintrag für richtig erklärt ${by}`,
};

/** Whose it is, where an entry about a person names one. */
function owner(details: Details): string {
  const name = textOf(details, 'name');
  return name === undefined ? '' : ` von „${name}“`;
}

/** What was refused, and how often since the last such entry. */
function attempt(details: Details): string {
  const { attempted, code } = details;
  const name = typeof attempted === 'string' ? attemptName(attempted, 'de') : undefined;
  return `${name === undefined ? '' : `, ${name}`}${code === 'too_many_requests' ? ' zu oft' : ''}${often(details)}`;
}

function often({ count }: Details): string {
  return typeof count === 'number' && count > 1 ? `, ${count}-mal` : '';
}

function recorded(kind: string, verb: string, record: LabelledRecord = 'key'): Wordings[AuditAction] {
  return (details, by) => {
    const name = recordNameOf(details);
    return `${kind}${name === undefined ? '' : ` „${name}“`} ${verb}${fieldsOf(record, details)} ${by}`;
  };
}

function holders(word: 'an' | 'von', details: Details): string {
  const { unit, serial, user } = holderOf(details);
  const named = [
    ...(unit === undefined ? [] : [`Gerät „${unit}“${serial === undefined ? '' : ` (${serial})`}`]),
    ...(user === undefined ? [] : [`Benutzer „${user}“`]),
  ];
  return named.length === 0 ? '' : ` ${word} ${named.join(' und ')}`;
}

function because(details: Details): string {
  const reason = textOf(details, 'reason');
  return reason === undefined ? '' : `: ${reason}`;
}

/** 2027-10-12 reads 12.10.2027. */
function until(details: Details): string {
  const end = textOf(details, 'newEnd');
  return end === undefined ? '' : ` bis ${end.split('-').toReversed().join('.')}`;
}

function imported(details: Details): string {
  return isImported(details) ? ' (importiert)' : '';
}

/** Changed fields by their labels; an attribute has only its name here. */
function fieldsOf(record: LabelledRecord, details: Details): string {
  const fields = changedFieldsOf(details).map((field) => {
    if (isLabelled(field)) return labelOf(field, record, 'de');
    return field.startsWith('attributes.') ? field.slice('attributes.'.length) : field;
  });
  return fields.length === 0 ? '' : ` (${fields.join(', ')})`;
}

/** Which row somebody else wrote. */
function rowOf(details: Details): string {
  return [textOf(details, 'table') ?? 'einer Zeile', textOf(details, 'row')].filter(Boolean).join(' ');
}

function entries(details: Details): string {
  const count = erasedCountOf(details);
  return count === 1 ? '1 Eintrag' : `${count} Einträgen`;
}
