import { equipmentStatuses } from '../../contract/equipment.ts';
import { attributeKinds, recordTypes } from '../../domain/attributes.ts';
import { importKinds, recordOf } from '../../domain/import-fields.ts';
import { keyTypes } from '../../domain/key-rules.ts';
import { attemptName } from '../../domain/labels.ts';
import { languageName } from '../../domain/languages.ts';
import { roles } from '../../domain/permissions.ts';
import type { Words } from '../words/use-words.ts';

type Say = (value: string, words: Words) => string | undefined;

/** What is said of a value that is on a list; nothing of what only a newer version knows. */
function listed<Name extends string>(names: readonly Name[], say: (name: Name, words: Words) => string): Say {
  return (value, words) => {
    const name = names.find((known) => known === value);
    return name && say(name, words);
  };
}

const fileKind = listed(importKinds, (kind, { title }) => title(recordOf[kind]));
const attributeKind = listed(attributeKinds, (kind, { t }) => t(`settings.features.kinds.${kind}`));

const sayings: Readonly<Record<string, Say>> = {
  keyType: listed(keyTypes, (type, { value }) => value('keyType', type)),
  status: listed(equipmentStatuses, (status, { value }) => value('equipmentStatus', status)),
  role: listed(roles, (role, { value }) => value('role', role)),
  recordType: listed(recordTypes, (type, { title }) => title(type)),
  kind: (kind, words) => attributeKind(kind, words) ?? fileKind(kind, words),
  list: fileKind,
  locale: languageName,
  language: languageName,
  attempted: (action, { vocabulary }) => attemptName(action, vocabulary),
};

/** What a value of a closed list is called, by the member of an entry it stands in. */
export function closedWords(field: string, value: string, words: Words): string | undefined {
  return sayings[field]?.(value, words);
}
