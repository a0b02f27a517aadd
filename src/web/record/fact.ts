import type { ReactNode } from 'react';

/** One thing that a record's page says of it. */
export type Fact = {
  /** Its field, by which its help is found. */
  field: string;
  label: string;
  /** Nothing: the field is empty. */
  value: ReactNode;
  /** A second line, smaller. */
  second?: ReactNode;
  /** In the strip at the top, in the line below it, or only among all fields. */
  at: 'strip' | 'line' | 'fields';
};

/** True where there is nothing to read. */
export function isEmpty({ value }: Fact): boolean {
  return value === null || value === undefined || value === '';
}
