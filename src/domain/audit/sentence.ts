import type { AuditAction } from './actions.ts';

/** What the payload of an entry says, as parsed: only names, masks, days and counts are looked at. */
type Details = Readonly<Record<string, unknown>>;

type Wording = (details: Details, by: string) => string;

/** Every action has its words; `by` is "by" and the name of who did it. */
const wordings: Record<AuditAction, Wording> = {
  'key.created': (details, by) => `Created ${by}${imported(details)}`,
  'key.updated': (details, by) => `Changed${fieldsOf(details)} ${by}`,
  'key.applied': (details, by) => `Applied${to('to', details)} ${by}${imported(details)}`,
  'key.removed': (details, by) => `Revoked${to('from', details)} ${by}`,
  'key.revoked': (details, by) => `Revoked ${by}${because(details)}`,
  'key.reinstated': (details, by) => `Reinstated ${by}${because(details)}`,
  'key.expired': (_, by) => `Expired ${by}`,
  'key.renewed': (details, by) => `Renewed${until(details)} ${by}`,
  'key.replaced': (details, by) => `Replaced by another license key ${by}${because(details)}`,
  'key.revealed': (_, by) => `License key revealed ${by}`,
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
  'import.completed': recorded('Import', 'completed'),
  'export.completed': recorded('Export', 'made'),
  'search.completed': (_, by) => `License keys searched ${by}`,
  'user.created': recorded('User', 'created'),
  'user.updated': recorded('User', 'changed'),
  'user.disabled': recorded('User', 'disabled'),
  'user.reset': recorded('User', 'given a new start'),
  'token.created': recorded('Token', 'created'),
  'token.revoked': recorded('Token', 'revoked'),
  'session.opened': (details, by) => (details.confirmed === true ? `Confirmed ${by}` : `Signed in ${by}`),
  'session.refused': (details) => `Sign-in refused to ${actorOf(details)}`,
  'session.closed': (_, by) => `Signed out ${by}`,
  'access.refused': (details) => `Refused to ${actorOf(details)}`,
  'settings.created': (_, by) => `Set up ${by}`,
  'settings.updated': (details, by) => `Settings changed${fieldsOf(details)} ${by}`,
  'expiry.completed': (_, by) => `Expiry job run ${by}`,
  'consistency.completed': (_, by) => `Consistency check run ${by}`,
  'restore.completed': (_, by) => `Backup restored ${by}`,
  'rotation.completed': (_, by) => `Secrets renewed ${by}`,
};

/**
 * An entry in words, in English (L2): `Applied to Equipment "LAPTOP-001" (SN-1) by Ada Admin`, the serial number only
 * where it differs from the name. `details` is the parsed payload. An action of a newer version stands as its code.
 */
export function auditSentence(action: string, details: Details): string {
  const by = `by ${actorOf(details)}`;
  const wording = isKnown(action) ? wordings[action] : undefined;
  return wording ? wording(details, by) : `${action} ${by}`;
}

function isKnown(action: string): action is AuditAction {
  return Object.hasOwn(wordings, action);
}

function text(details: Details, name: string): string | undefined {
  const value = details[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function actorOf({ actor }: Details): string {
  const name = typeof actor === 'object' && actor !== null && 'name' in actor ? actor.name : undefined;
  return typeof name === 'string' && name !== '' ? name : 'somebody';
}

function recorded(kind: string, verb: string): Wording {
  return (details, by) => {
    const name = text(details, 'name') ?? text(details, 'fileName') ?? text(details, 'user');
    return `${kind}${name === undefined ? '' : ` "${name}"`} ${verb}${fieldsOf(details)} ${by}`;
  };
}

/** The unit, the user or both that a key is or was assigned to. */
function to(word: 'to' | 'from', details: Details): string {
  const [unit, serial] = [text(details, 'equipment'), text(details, 'serialNumber')];
  const user = text(details, 'userName');
  const inBrackets = serial === undefined || serial === unit ? '' : ` (${serial})`;
  const holders = [
    ...(unit === undefined ? [] : [`Equipment "${unit}"${inBrackets}`]),
    ...(user === undefined ? [] : [`User "${user}"`]),
  ];
  return holders.length === 0 ? '' : ` ${word} ${holders.join(' and ')}`;
}

function because(details: Details): string {
  const reason = text(details, 'reason');
  return reason === undefined ? '' : `: ${reason}`;
}

function until(details: Details): string {
  const end = text(details, 'newEnd');
  return end === undefined ? '' : ` until ${end}`;
}

/** An import records facts, which may be older than the rules: its entries say so. */
function imported(details: Details): string {
  return details.import === undefined && details.imported !== true ? '' : ' (imported)';
}

function fieldsOf({ changes }: Details): string {
  const fields = typeof changes === 'object' && changes !== null ? Object.keys(changes) : [];
  return fields.length === 0 ? '' : ` (${fields.join(', ')})`;
}

function entries({ erased }: Details): string {
  const count = Array.isArray(erased) ? erased.length : 0;
  return count === 1 ? '1 entry' : `${count} entries`;
}
