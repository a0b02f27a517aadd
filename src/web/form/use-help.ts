import { useTranslation } from 'react-i18next';
import type { LabelledRecord } from '../../domain/labels.ts';
import { languageOfApi } from '../../domain/languages.ts';
import { useWords } from '../words/use-words.ts';

/** What a field is for: in the API's own language as the contract says it (`describe`), else from the words. */
export function useHelp(
  record: LabelledRecord,
  describe: (field: string) => string | undefined,
): (field: string) => string | undefined {
  const { language } = useWords();
  const { t, i18n } = useTranslation();
  return (field) => {
    if (language === languageOfApi) return describe(field);
    const word = `help.${record}.${field}`;
    return i18n.exists(word) ? t(word) : undefined;
  };
}
