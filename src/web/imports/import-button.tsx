import { IconFileImport } from '@tabler/icons-react';
import type { ImportKind } from '../../domain/import-fields.ts';
import { useMay } from '../api/me.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { useWords } from '../words/use-words.ts';

/** From a list to the import of such records. */
export function ImportButton({ kind }: { kind: ImportKind }) {
  const { t } = useWords();
  const may = useMay();
  return (
    may('imports.run') && <LinkButton to={`/import?kind=${kind}`} Icon={IconFileImport} word={t('imports.verb')} />
  );
}
