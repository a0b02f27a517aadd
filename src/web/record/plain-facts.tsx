import { isLabelled, type LabelledRecord } from '../../domain/labels.ts';
import type { PlainField, PlainFields, ShownOf } from '../../domain/records/plain-field.ts';
import type { Words } from '../words/use-words.ts';
import type { Fact } from './fact.ts';

/** What people write of a record, as facts; `told` says more of some, or stands them elsewhere than in the line. */
export function plainFacts<Fields extends PlainFields>(
  record: LabelledRecord,
  fields: Fields,
  item: ShownOf<Fields>,
  words: Words,
  told: { readonly [Name in keyof Fields]?: Partial<Fact> } = {},
): Fact[] {
  return Object.entries(fields).map(([name, field]) => ({
    field: name,
    label: isLabelled(name, words.vocabulary) ? words.label(record, name) : name,
    value: shown(item[name] ?? null, field, words),
    at: 'line',
    ...told[name],
  }));
}

function shown(value: string | null, { kind, isMono }: PlainField, { day }: Words) {
  if (value === null) return null;
  if (kind === 'day') return day(value);
  return kind === 'mark' || isMono ? <span className="mono">{value}</span> : value;
}
