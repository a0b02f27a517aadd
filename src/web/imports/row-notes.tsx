import { Link } from 'react-router';
import type { ImportKind } from '../../domain/import-fields.ts';
import { useWords } from '../words/use-words.ts';
import { fieldWords, type RowFault } from './mapping.ts';
import classes from './preview.module.css';
import { Change } from './preview-cell.tsx';
import { fileField } from './preview-columns.ts';
import type { PreviewRow } from './preview-rows.ts';
import { valueWords } from './preview-value.tsx';
import { RowFaults } from './row-faults.tsx';
import type { ImportScope } from './use-import.ts';

const pages: Partial<Record<ImportKind, string>> = {
  keys: '/keys/',
  licenses: '/licenses/',
  equipment: '/equipment/',
  products: '/products/',
  customers: '/customers/',
};

type Props = {
  row: PreviewRow;
  /** What is wrong and has no cell of its own. */
  faults: readonly RowFault[];
  /** The fields that have a cell. */
  shown: ReadonlySet<string>;
  scope: Pick<ImportScope, 'fileKind' | 'attributes' | 'answer'>;
};

/** What stands under a row of the preview: faults, notes and fields without a column of their own. */
export function RowNotes({ row, faults, shown, scope }: Props) {
  const words = useWords();
  const { fileKind, attributes } = scope;
  const page = pages[fileKind];
  const changes = row.changes.filter(({ field }) => !shown.has(fileField(field, fileKind)));
  const changed = new Set(changes.map(({ field }) => field));
  const further = Object.entries(row.becomes ?? {}).filter(
    ([field]) => !shown.has(field) && !changed.has(field) && field !== 'currency',
  );
  const nameOf = (field: string) => fieldWords(field, fileKind, words, attributes);
  return (
    <>
      <RowFaults faults={faults} scope={scope} />
      <RowFaults faults={row.warnings} scope={scope} isWarning />
      {changes.map((change) => (
        <div key={change.field}>
          {nameOf(change.field)}: <Change change={change} scope={scope} />
        </div>
      ))}
      {further.length > 0 && (
        <ul className={classes.further}>
          {further.map(([field, value]) => (
            <li key={field}>
              {nameOf(field)}: <span>{valueWords(value, field, attributes, words).replaceAll('\n', ' · ')}</span>
            </li>
          ))}
        </ul>
      )}
      {row.id !== null && page && (
        <Link to={page + row.id} target="_blank">
          {words.t('imports.preview.open')}
        </Link>
      )}
    </>
  );
}
