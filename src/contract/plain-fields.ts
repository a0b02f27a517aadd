import { z } from 'zod';
import { eachField, longestOf, type PlainField, type PlainFields } from '../domain/records/plain-field.ts';
import type { ListField } from './list.ts';
import { day, text } from './values.ts';

type Input = z.ZodOptional<z.ZodNullable<z.ZodType<string, string>>>;
type Output = z.ZodNullable<z.ZodType<string, string>>;

/** The plain fields of a record as a body gives them: absent, null, or a value. */
export function plainInput<Fields extends PlainFields>(fields: Fields): { [Name in keyof Fields]: Input } {
  return eachField(fields, (_, field) => schemaOf(field).nullish().describe(field.says));
}

/** The same as the API answers them. */
export function plainOutput<Fields extends PlainFields>(fields: Fields): { [Name in keyof Fields]: Output } {
  return eachField(fields, (_, { kind }) => (kind === 'day' ? day : z.string()).nullable());
}

/** The same as fields of the record's list. */
export function plainListFields<Fields extends PlainFields>(fields: Fields): { [Name in keyof Fields]: ListField } {
  return eachField(fields, (_, { kind, says }): ListField => {
    const listed = { kind: kind === 'day' ? 'day' : 'text', says: `${says}.` } as const;
    return kind === 'lines' ? { ...listed, isLong: true } : listed;
  });
}

function schemaOf(field: PlainField): z.ZodType<string, string> {
  if (field.kind === 'day') return day;
  return text({ max: longestOf(field), multiline: field.kind === 'lines' });
}
