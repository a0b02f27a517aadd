import { equipmentStatuses } from '../../contract/equipment.ts';
import { attributeKinds, recordTypes } from '../../domain/attributes.ts';
import { deliveries } from '../../domain/deliveries.ts';
import { importKinds } from '../../domain/import-fields.ts';
import { keyTypes } from '../../domain/key-rules.ts';
import { attemptName } from '../../domain/labels.ts';
import { languageName } from '../../domain/languages.ts';
import { roles } from '../../domain/permissions.ts';
import { kindTitle } from '../imports/kind-title.ts';
import type { Words } from '../words/use-words.ts';

type Say = (value: string, words: Words) => string | undefined;

/** What is said of a value that is on a list; nothing of what only a newer version knows. */
function listed<Name extends string>(names: readonly Name[], say: (name: Name, words: Words) => string): Say {
  return (value, words) => {
    const name = names.find((known) => known === value);
    return name && say(name, words);
  };
}

const fileKind = listed(importKinds, kindTitle);
const attributeKind = listed(attributeKinds, (kind, { t }) => t(`settings.features.kinds.${kind}`));

/** Values that only entries of the log have. */
function ofTheLog(field: 'by' | 'code' | 'owes' | 'kind' | 'status', names: readonly string[]): Say {
  return listed(names, (name, { t }) => t(`audit.value.${field}.${name}`));
}

/** By member; where a member means another thing in another action, by both. */
const sayings: Readonly<Record<string, Say>> = {
  'session.opened.by': ofTheLog('by', ['singleSignOn']),
  'session.opened.code': ofTheLog('code', ['totp', 'recovery']),
  'session.opened.owes': ofTheLog('owes', ['code']),
  'export.completed.kind': ofTheLog('kind', ['evidence']),
  'import.completed.status': ofTheLog('status', ['refused', 'failed', 'stopped']),
  'import.undone.status': ofTheLog('status', ['stopped']),
  keyType: listed(keyTypes, (type, { value }) => value('keyType', type)),
  delivery: listed(deliveries, (delivery, { value }) => value('delivery', delivery)),
  status: listed(equipmentStatuses, (status, { value }) => value('equipmentStatus', status)),
  role: listed(roles, (role, { value }) => value('role', role)),
  recordType: listed(recordTypes, (type, { title }) => title(type)),
  kind: (kind, words) => attributeKind(kind, words) ?? fileKind(kind, words),
  list: fileKind,
  locale: languageName,
  language: languageName,
  attempted: (action, { vocabulary }) => attemptName(action, vocabulary),
};

/** What a value of a closed list is called, by the action and the member of its entry. */
export function closedWords(action: string, field: string, value: string, words: Words): string | undefined {
  return (sayings[`${action}.${field}`] ?? sayings[field])?.(value, words);
}
