import { attemptName, isLabelled, type LabelledRecord, labelOf } from '../labels.ts';
import { type Vocabulary, writtenDay } from '../vocabulary.ts';
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
} from './sentence-parts.ts';

/**
 * An entry in words (L2): `Applied to Equipment "LAPTOP-001" (SN-1) by Ada Admin`, the serial number only where it
 * differs from the name. `details` is the parsed payload. An action of a newer version stands as its code.
 */
export function auditSentence(action: string, details: Details, words: Vocabulary): string {
  const places = placesOf(action, details, words);
  return filled(isKnown(action, words) ? sentenceOf(action, details, words) : `${action} {{by}}`, places);
}

function isKnown(action: string, { sentences }: Vocabulary): action is AuditAction {
  return Object.hasOwn(sentences, action);
}

/** The sentence of an action; some read otherwise after what the entry says. */
function sentenceOf(action: AuditAction, details: Details, { sentences }: Vocabulary): string {
  if (action === 'key.revealed' && details.refused !== undefined) return sentences['key.revealed.refused'];
  if (action === 'key.revealed' && details.delivery === 'file') return sentences['key.revealed.file'];
  if (action === 'search.completed' && details.reason === undefined)
    return sentences[Number(details.found ?? 0) > 0 ? 'search.completed.given' : 'search.completed.notFound'];
  if (action === 'session.opened' && details.confirmed === true) return sentences['session.opened.confirmed'];
  if (action === 'assignment.deleted' && details.undone === true) return sentences['assignment.deleted.undone'];
  return sentences[action];
}

/** What may stand in a place of a text; nothing where there is nothing to say. */
type Places = Readonly<Record<string, string | undefined>>;

/** A text with its places filled; one that stays empty goes with the blank before it. */
function filled(text: string, places: Places): string {
  return text.replaceAll(/( ?)\{\{(\w+)\}\}/g, (_, blank: string, name: string) => {
    const part = places[name] ?? '';
    return part === '' ? '' : blank + part;
  });
}

function placesOf(action: string, details: Details, words: Vocabulary): Places {
  const { sentenceParts: parts } = words;
  const actor = actorNameOf(details);
  /** A part of a sentence, where there is something to put into it. */
  const part = (text: string, name: string, value: string | undefined) =>
    value === undefined ? undefined : filled(text, { [name]: value });
  const holders = holdersOf(details, words);
  const { attempted, code, count } = details;
  return {
    by: part(parts.by, 'name', actor) ?? parts.bySomebody,
    actor: actor ?? parts.somebody,
    name: part(parts.name, 'name', recordNameOf(details)),
    owner: part(parts.owner, 'name', textOf(details, 'name')),
    to: part(parts.to, 'holders', holders),
    from: part(parts.from, 'holders', holders),
    fields: fieldsOf(action, details, words),
    until: untilOf(details, words),
    because: part(parts.because, 'reason', textOf(details, 'reason')),
    imported: isImported(details) ? parts.imported : undefined,
    attempt: part(parts.attempt, 'action', typeof attempted === 'string' ? attemptName(attempted, words) : undefined),
    tooOften: code === 'too_many_requests' ? parts.tooOften : undefined,
    found: typeof details.found === 'number' ? String(details.found) : undefined,
    often: part(parts.often, 'count', typeof count === 'number' && count > 1 ? String(count) : undefined),
    entries: action === 'entries.erased' ? entriesOf(details, words) : undefined,
    row: [textOf(details, 'table') ?? parts.aRow, textOf(details, 'row')].filter(Boolean).join(' '),
  };
}

/** The unit, the user or both that a key is or was assigned to. */
function holdersOf(details: Details, { sentenceParts: parts }: Vocabulary): string | undefined {
  const { unit, serial, user } = holderOf(details);
  const named = {
    unit: unit && filled(parts.unit, { unit, serial: serial && filled(parts.serial, { serial }) }),
    user: user && filled(parts.user, { user }),
  };
  return unit && user ? filled(parts.both, named) : (named.unit ?? named.user);
}

const records: Readonly<Record<string, LabelledRecord>> = {
  equipment: 'equipment',
  license: 'license',
  product: 'product',
  customer: 'customer',
  user: 'user',
};

/** Changed fields by their names in the API or by their labels, as the language has it; an attribute has only its name. */
function fieldsOf(action: string, details: Details, words: Vocabulary): string | undefined {
  const names = changedFieldsOf(details);
  if (names.length === 0) return undefined;
  const record = records[action.split('.')[0] ?? ''] ?? 'key';
  const labels = names.map((name) =>
    isLabelled(name, words) ? labelOf(name, record, words) : name.replace(/^attributes\./, ''),
  );
  return filled(words.sentenceParts.fields, { names: names.join(', '), labels: labels.join(', ') });
}

/** The day until which a key was renewed, as it stands in the log or as the language writes it. */
function untilOf(details: Details, { sentenceParts: parts, manner }: Vocabulary): string | undefined {
  const iso = textOf(details, 'newEnd');
  return iso && filled(parts.until, { iso, day: writtenDay(iso, manner) });
}

function entriesOf(details: Details, { sentenceParts: parts, manner }: Vocabulary): string {
  const count = erasedCountOf(details);
  const forms: Record<string, string> = parts;
  const form = pluralsOf(manner.tag).select(count);
  return filled(forms[`entries_${form}`] ?? parts.entries_other, { count: String(count) });
}

/** One a language: to make one takes far longer than the whole sentence. */
const plurals = new Map<string, Intl.PluralRules>();

function pluralsOf(tag: string): Intl.PluralRules {
  const known = plurals.get(tag) ?? new Intl.PluralRules(tag);
  plurals.set(tag, known);
  return known;
}
