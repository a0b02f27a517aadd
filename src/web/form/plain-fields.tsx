import { Fragment, type ReactNode } from 'react';
import type { PlainField, PlainFields } from '../../domain/records/plain-field.ts';
import { DayField, LongTextField, TextField } from './fields.tsx';

type Props<Fields extends PlainFields> = {
  fields: Fields;
  /** What stands in the place of some of them. */
  instead?: { readonly [Name in keyof Fields]?: ReactNode };
};

/** The fields that a record holds just as they are written, each as its kind wants. */
export function PlainFieldsOf<Fields extends PlainFields>({ fields, instead = {} }: Props<Fields>) {
  return Object.entries(fields).map(([name, field]) => (
    <Fragment key={name}>{instead[name] ?? <Plain name={name} field={field} />}</Fragment>
  ));
}

function Plain({ name, field: { kind, isMono } }: { name: string; field: PlainField }) {
  switch (kind) {
    case 'day':
      return <DayField field={name} />;
    case 'lines':
      return <LongTextField field={name} />;
    default:
      return <TextField field={name} mono={kind === 'mark' || isMono === true} />;
  }
}
