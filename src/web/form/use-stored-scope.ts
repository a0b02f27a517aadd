import type { Action } from '../../domain/permissions.ts';
import { useMay } from '../api/me.ts';
import { useWords } from '../words/use-words.ts';
import type { FormScope } from './form-context.ts';
import { type Stored, type StoredOptions, useStoredRecord } from './use-stored-record.ts';

type Options<Item> = StoredOptions<Item> & Pick<FormScope, 'describe'> & { as: FormScope['record']; action: Action };

/** The form of a record that administrators write, and why it is read-only to everybody else. */
export function useStoredScope<Item extends Stored>({ as, action, describe, ...stored }: Options<Item>) {
  const { t } = useWords();
  const { form, stale } = useStoredRecord(stored);
  const readOnly = !useMay()(action);
  const scope: FormScope = { form, record: as, describe, readOnly };
  return { scope, stale, whyNotEdited: readOnly ? t('stored.onlyAdministrators') : undefined };
}
