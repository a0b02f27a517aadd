import { useTranslation } from 'react-i18next';
import type { LabelledRecord } from '../../domain/labels.ts';

/** What a field is for: as the language has it, else as the contract says it, which is English (`describe`). */
export function useHelp(
  record: LabelledRecord,
  describe: (field: string) => string | undefined,
): (field: string) => string | undefined {
  const { t, i18n } = useTranslation();
  return (field) => {
    const word = `help.${record}.${field}`;
    return i18n.exists(word) ? t(word) : describe(field);
  };
}
