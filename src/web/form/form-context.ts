import { createContext, useContext } from 'react';
import type { LabelledRecord } from '../../domain/labels.ts';
import type { RecordForm } from './use-record-form.ts';

export type FormScope = {
  form: RecordForm;
  record: LabelledRecord;
  /** What each field's help says, in English: the API's own description. */
  describe: (field: string) => string | undefined;
  readOnly: boolean;
  /** How a value of a field reads, where it is not its own words: a day, a choice, another record's id. */
  say?: (field: string, value: unknown) => string | undefined;
};

const context = createContext<FormScope | undefined>(undefined);
export const FormProvider = context.Provider;

export function useForm(): FormScope {
  const scope = useContext(context);
  if (!scope) throw new Error('a field stands in no form');
  return scope;
}
