import { memo } from 'react';
import { useWords } from '../words/use-words.ts';
import { fieldWords, type ImportAnswer } from './mapping.ts';
import { OutcomeBadge } from './outcome-badge.tsx';
import classes from './preview.module.css';
import { PreviewCell } from './preview-cell.tsx';
import { faultyField, type PreviewColumn, previewColumns } from './preview-columns.ts';
import { type PreviewRow, placeOf } from './preview-rows.ts';
import { differs, RowAnswer } from './row-answer.tsx';
import { RowNotes } from './row-notes.tsx';
import type { ImportScope } from './use-import.ts';

type Props = {
  rows: readonly PreviewRow[];
  scope: Pick<ImportScope, 'fileKind' | 'attributes' | 'answer' | 'rowAnswers' | 'answerRow'>;
  /** What the rows were judged by, where that is known. */
  answer?: ImportAnswer | undefined;
};

const asNumbers = ['quantity', 'seats', 'cost'];

/** Rows with what becomes of them: in its cell what each field becomes, what it was, and what is wrong with it. */
export const PreviewTable = memo(function PreviewTable({ rows, scope, answer }: Props) {
  const words = useWords();
  const { t } = words;
  const { fileKind, attributes } = scope;
  const columns = previewColumns(fileKind, rows);
  const labels = columns.map((fields) => ({
    fields,
    label: fields
      .filter((field) => field !== 'currency')
      .map((field) => fieldWords(field, fileKind, words, attributes))
      .join(', '),
    isNumber: asNumbers.includes(fields[0]),
  }));
  return (
    <div className={classes.scroll}>
      <table className={classes.rows}>
        <thead>
          <tr>
            <th scope="col">{t('imports.preview.line')}</th>
            <th scope="col">{t('imports.preview.outcome')}</th>
            {labels.map(({ fields, label, isNumber }) => (
              <th key={fields[0]} scope="col" data-number={isNumber || undefined}>
                {label}
              </th>
            ))}
            {columns.length === 0 && <th scope="col">{t('imports.preview.what')}</th>}
          </tr>
        </thead>
        {rows.map((row) => (
          <Row key={placeOf(row)} row={row} columns={labels} scope={scope} answer={answer} />
        ))}
      </table>
    </div>
  );
});

type Labelled = { fields: PreviewColumn; label: string; isNumber: boolean };
type RowProps = Omit<Props, 'rows'> & { row: PreviewRow; columns: readonly Labelled[] };

function Row({ row, columns, scope, answer }: RowProps) {
  const { t, number } = useWords();
  const shown = new Set(columns.flatMap(({ fields }) => fields));
  const fieldOf = (fault: PreviewRow['faults'][number]) =>
    faultyField(fault, scope.fileKind, answer?.mapping, answer?.head);
  const inPlace = Map.groupBy(row.faults, fieldOf);
  const elsewhere = row.faults.filter((fault) => !shown.has(fieldOf(fault) ?? ''));
  const notes = <RowNotes row={row} faults={elsewhere} shown={shown} scope={scope} />;
  const { sheet } = row;
  const place = `${t('imports.preview.line')} ${number(row.line)}`;
  const line = sheet === undefined ? place : t('imports.preview.sheetLine', { sheet, line: number(row.line) });
  return (
    <tbody aria-label={line} data-outcome={row.outcome}>
      <tr>
        <th scope="row" data-label={t('imports.preview.line')}>
          {sheet === undefined ? row.line : `${sheet}, ${row.line}`}
        </th>
        <td>
          {answer && differs(row, answer) ? (
            <RowAnswer row={row} place={line} answer={answer} scope={scope} />
          ) : (
            <OutcomeBadge outcome={row.outcome} />
          )}
        </td>
        {columns.map(({ fields, label, isNumber }) => (
          <PreviewCell
            key={fields[0]}
            row={row}
            fields={fields}
            label={label}
            isNumber={isNumber}
            faults={fields.flatMap((field) => inPlace.get(field) ?? [])}
            scope={scope}
            made={answer?.alsoCreates ?? []}
          />
        ))}
        {columns.length === 0 && <td className={classes.notes}>{notes}</td>}
      </tr>
      {columns.length > 0 && (
        <tr className={classes.more}>
          <td />
          <td colSpan={columns.length + 1} className={classes.notes}>
            {notes}
          </td>
        </tr>
      )}
    </tbody>
  );
}
