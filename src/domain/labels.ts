import type { Action } from './permissions.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a label is about: some fields are called differently on different records. */
export type LabelledRecord = keyof Vocabulary['titles'];

export type LabelledField = keyof Vocabulary['fields'];

type Values = Vocabulary['values'];

/** What a list of such records is called. */
export function titleOf(record: LabelledRecord, { titles }: Vocabulary): string {
  return titles[record];
}

/** Whether that is a record with a title. */
export function isTitled(record: string, { titles }: Vocabulary): record is LabelledRecord {
  return Object.hasOwn(titles, record);
}

/** Whether a field has a label of its own. */
export function isLabelled(field: string, { fields }: Vocabulary): field is LabelledField {
  return Object.hasOwn(fields, field);
}

/** What a field is called on a screen and at the head of a column. Attributes bring their own labels. */
export function labelOf(field: LabelledField, record: LabelledRecord, { fields, fieldsOf }: Vocabulary): string {
  const own: Partial<Record<LabelledRecord, Partial<Record<LabelledField, string>>>> = fieldsOf;
  return own[record]?.[field] ?? fields[field];
}

/** What a value of a closed list is called. */
export function valueLabel<Kind extends keyof Values>(
  kind: Kind,
  value: keyof Values[Kind] & string,
  { values }: Vocabulary,
): string {
  const known: Record<string, string> = values[kind];
  // The type lets only names of the list in.
  return known[value] as string;
}

/** What somebody was refused, as a noun; undefined for what only a newer version knows. */
export function attemptName(attempted: string, { actions }: Vocabulary): string | undefined {
  const known: Record<Action, string> = actions;
  return Object.hasOwn(known, attempted) ? known[attempted as Action] : undefined; // looked up just now
}
