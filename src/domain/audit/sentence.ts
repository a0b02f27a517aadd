import { attemptName } from '../action-names.ts';
import type { Language } from '../languages.ts';
import type { AuditAction } from './actions.ts';
import { germanWordings } from './sentence-de.ts';
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

const englishWordings: Wordings = {
  'key.created': (details, by) => `Created ${by}${imported(details)}`,
  'key.updated': (details, by) => `Changed${fieldsOf(details)} ${by}`,
  'key.applied': (details, by) => `Applied${to('to', details)} ${by}${imported(details)}`,
  'key.removed': (details, by) => `Revoked${to('from', details)} ${by}`,
  'key.revoked': (details, by) => `Revoked ${by}${because(details)}`,
  'key.reinstated': (details, by) => `Reinstated ${by}${because(details)}`,
  'key.expired': (_, by) => `Expired ${by}`,
  'key.renewed': (details, by) => `Renewed${until(details)} ${by}`,
  'key.replaced': (details, by) => `Replaced by another license key ${by}${because(details)}`,
  'key.revealed': (details, by) =>
    details.refused === undefined ? `License key revealed ${by}` : `License key asked for ${by}, but unreadable`,
  'key.deleted': (_, by) => `Deleted ${by}`,
  'key.mended': (_, by) => `Mended ${by}`,
  'key.lookedUp': (_, by) => `Looked up ${by}`,
  'assignment.updated': (details, by) => `Assignment${to('to', details)} changed ${by}`,
  'assignment.deleted': (details, by) => `Assignment${to('to', details)} of a key that is not there deleted ${by}`,
  'entries.erased': (details, by) => `Content of ${entries(details)} erased ${by}`,
  'equipment.created': recorded('Equipment', 'created'),
  'equipment.updated': recorded('Equipment', 'changed'),
  'equipment.deleted': recorded('Equipment', 'deleted'),
  'license.created': recorded('License', 'created'),
  'license.updated': recorded('License', 'changed'),
  'license.deleted': recorded('License', 'deleted'),
  'product.created': recorded('Feature', 'created'),
  'product.updated': recorded('Feature', 'changed'),
  'product.deleted': recorded('Feature', 'deleted'),
  'customer.created': recorded('Customer', 'created'),
  'customer.updated': recorded('Customer', 'changed'),
  'customer.deleted': recorded('Customer', 'deleted'),
  'attribute.created': recorded('Dynamic feature', 'created'),
  'attribute.updated': recorded('Dynamic feature', 'changed'),
  'attribute.deleted': recorded('Dynamic feature', 'deleted'),
  'view.created': recorded('View', 'kept'),
  'view.updated': recorded('View', 'changed'),
  'view.deleted': recorded('View', 'deleted'),
  'import.completed': recorded('Import', 'completed'),
  'export.completed': recorded('Export', 'made'),
  'search.completed': (details, by) =>
    details.reason === undefined
      ? `License key looked up and not found ${by}`
      : `License keys searched ${by}${because(details)}`,
  'user.created': recorded('User', 'created'),
  'user.updated': recorded('User', 'changed'),
  'user.disabled': recorded('User', 'disabled'),
  'user.reset': recorded('User', 'given a new start'),
  'user.passwordChanged': (_, by) => `Password changed ${by}`,
  'user.secondFactorAdded': (_, by) => `Second factor set up ${by}`,
  'user.secondFactorRemoved': (details, by) => `Second factor${owner(details)} removed ${by}`,
  'user.recoveryCodesMade': (_, by) => `Recovery codes made ${by}`,
  'user.identityLinked': (details, by) => `Single sign-on${owner(details)} linked ${by}`,
  'user.identityUnlinked': (details, by) => `Single sign-on${owner(details)} unlinked ${by}`,
  'token.created': recorded('Token', 'created'),
  'token.revoked': recorded('Token', 'revoked'),
  'session.opened': (details, by) => (details.confirmed === true ? `Confirmed ${by}` : `Signed in ${by}`),
  'session.refused': (details) => `Sign-in refused to ${actorOf(details)}`,
  'session.throttled': (details) => `Sign-in refused for now to ${actorOf(details)}${often(details)}`,
  'session.closed': (_, by) => `Signed out ${by}`,
  'session.ended': (details, by) => `Sessions${owner(details)} ended ${by}`,
  'access.refused': (details) => `Refused to ${actorOf(details)}${attempt(details)}`,
  'settings.created': (_, by) => `Set up ${by}`,
  'settings.updated': (details, by) => `Settings changed${fieldsOf(details)} ${by}`,
  'expiry.completed': (_, by) => `Expiry job run ${by}`,
  'consistency.completed': (_, by) => `Consistency check run ${by}`,
  'restore.completed': (_, by) => `Backup restored ${by}`,
  'rotation.completed': (_, by) => `Secrets renewed ${by}`,
  'masking.completed': (_, by) => `License keys masked again ${by}`,
  'tags.begun': (_, by) => `Tagging of the audit log begun ${by}`,
  'tampering.found': (details, by) => `Tampering found in ${rowOf(details)} ${by}`,
  'clock.corrected': (_, by) => `Time of the log set back to the clock ${by}`,
  'clock.accepted': (_, by) => `Clock called right after a long time without an entry ${by}`,
};

const languages = {
  en: { wordings: englishWordings, by: (name = 'somebody') => `by ${name}` },
  de: { wordings: germanWordings, by: (name = 'jemanden') => `durch ${name}` },
} satisfies Record<Language, { wordings: Wordings; by: (name?: string) => string }>;

/**
 * An entry in words (L2): `Applied to Equipment "LAPTOP-001" (SN-1) by Ada Admin`, the serial number only where it
 * differs from the name. `details` is the parsed payload. An action of a newer version stands as its code.
 */
export function auditSentence(action: string, details: Details, language: Language = 'en'): string {
  const { wordings, by } = languages[language];
  const who = by(actorNameOf(details));
  return isKnown(action) ? wordings[action](details, who) : `${action} ${who}`;
}

function isKnown(action: string): action is AuditAction {
  return Object.hasOwn(englishWordings, action);
}

function actorOf(details: Details): string {
  return actorNameOf(details) ?? 'somebody';
}

function recorded(kind: string, verb: string): Wordings[AuditAction] {
  return (details, by) => {
    const name = recordNameOf(details);
    return `${kind}${name === undefined ? '' : ` "${name}"`} ${verb}${fieldsOf(details)} ${by}`;
  };
}

/** What was refused, and how often since the last such entry. */
function attempt(details: Details): string {
  const { attempted, code } = details;
  const name = typeof attempted === 'string' ? attemptName(attempted, 'en') : undefined;
  return `${name === undefined ? '' : `: ${name}`}${code === 'too_many_requests' ? ' too often' : ''}${often(details)}`;
}

function often({ count }: Details): string {
  return typeof count === 'number' && count > 1 ? `, ${count} times` : '';
}

/** Whose it is, where an entry about a person names one. */
function owner(details: Details): string {
  const name = textOf(details, 'name');
  return name === undefined ? '' : ` of "${name}"`;
}

/** The unit, the user or both that a key is or was assigned to. */
function to(word: 'to' | 'from', details: Details): string {
  const { unit, serial, user } = holderOf(details);
  const holders = [
    ...(unit === undefined ? [] : [`Equipment "${unit}"${serial === undefined ? '' : ` (${serial})`}`]),
    ...(user === undefined ? [] : [`User "${user}"`]),
  ];
  return holders.length === 0 ? '' : ` ${word} ${holders.join(' and ')}`;
}

function because(details: Details): string {
  const reason = textOf(details, 'reason');
  return reason === undefined ? '' : `: ${reason}`;
}

function until(details: Details): string {
  const end = textOf(details, 'newEnd');
  return end === undefined ? '' : ` until ${end}`;
}

function imported(details: Details): string {
  return isImported(details) ? ' (imported)' : '';
}

function fieldsOf(details: Details): string {
  const fields = changedFieldsOf(details);
  return fields.length === 0 ? '' : ` (${fields.join(', ')})`;
}

/** Which row somebody else wrote. */
function rowOf(details: Details): string {
  return [textOf(details, 'table') ?? 'a row', textOf(details, 'row')].filter(Boolean).join(' ');
}

function entries(details: Details): string {
  const count = erasedCountOf(details);
  return count === 1 ? '1 entry' : `${count} entries`;
}
