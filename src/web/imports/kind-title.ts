import { type ImportKind, recordOf } from '../../domain/import-fields.ts';
import type { Words } from '../words/use-words.ts';

/** What the rows of a kind of file are called. */
export function kindTitle(kind: ImportKind, { t, title }: Pick<Words, 't' | 'title'>): string {
  return kind === 'software' ? t('imports.about.software') : title(recordOf[kind]);
}
