import { useWords } from '../words/use-words.ts';
import type { ImportAnswer, RowFault } from './mapping.ts';
import classes from './preview.module.css';
import { fileField, isMade, type PreviewColumn } from './preview-columns.ts';
import type { PreviewRow } from './preview-rows.ts';
import { ShownValue, valueWords } from './preview-value.tsx';
import { RowFaults } from './row-faults.tsx';
import type { ImportScope } from './use-import.ts';

type Props = {
  row: PreviewRow;
  fields: PreviewColumn;
  label: string;
  isNumber: boolean;
  faults: readonly RowFault[];
  scope: Pick<ImportScope, 'fileKind' | 'attributes' | 'answer'>;
  made: NonNullable<ImportAnswer['alsoCreates']>;
};

/** One cell of the preview: old and new where that differs, else what it becomes; and what is wrong with it. */
export function PreviewCell({ row, fields, label, isNumber, faults, scope, made }: Props) {
  const { t } = useWords();
  const { fileKind, attributes } = scope;
  const becomes = row.becomes ?? {};
  const changes = row.changes.filter(({ field }) => fields.includes(fileField(field, fileKind)));
  const changed = changes.map(({ field }) => fileField(field, fileKind));
  const said = fields.filter(
    (field) => field !== 'currency' && becomes[field] !== undefined && !changed.includes(field),
  );
  const isEmpty = said.length === 0 && changes.length === 0 && faults.length === 0;
  return (
    <td
      data-label={label}
      data-number={isNumber || undefined}
      data-wrong={faults.length > 0 || undefined}
      data-changed={changes.length > 0 || undefined}
      data-empty={isEmpty || undefined}
    >
      {changes.map((change) => (
        <Change key={change.field} change={change} scope={scope} />
      ))}
      {said.map((field) => (
        <div key={field} className={classes.value}>
          <ShownValue field={field} value={becomes[field]} becomes={becomes} attributes={attributes} />
          {isMade(made, field, becomes[field]) && <span className={classes.made}>{t('imports.preview.made')}</span>}
        </div>
      ))}
      {isEmpty && row.becomes && '–'}
      <RowFaults faults={faults} scope={scope} isInPlace />
    </td>
  );
}

type ChangeProps = { change: PreviewRow['changes'][number]; scope: Props['scope'] };

/** What a field was, and what the file says. */
export function Change({ change, scope: { attributes } }: ChangeProps) {
  const words = useWords();
  const { field, old, new: next } = change;
  return (
    <span className={classes.changes}>
      <del>{valueWords(old, field, attributes, words)}</del> → <ins>{valueWords(next, field, attributes, words)}</ins>
    </span>
  );
}
