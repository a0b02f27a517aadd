import { memo } from 'react';
import { Link } from 'react-router';
import { equipmentStatuses } from '../../contract/equipment.ts';
import type { AttributeDefinition } from '../../domain/attributes.ts';
import { isDay } from '../../domain/day.ts';
import type { ImportKind } from '../../domain/import-fields.ts';
import { keyTypes } from '../../domain/key-rules.ts';
import { faultWords } from '../ui/refusal-words.ts';
import { useWords, type Words } from '../words/use-words.ts';
import classes from './imports.module.css';
import { fieldWords, type RowFault } from './mapping.ts';
import { OutcomeBadge } from './outcome-badge.tsx';
import type { PreviewRow } from './preview-rows.ts';
import type { ImportScope } from './use-import.ts';

type Props = { rows: readonly PreviewRow[]; scope: Pick<ImportScope, 'fileKind' | 'attributes' | 'chosen'> };

const pages: Partial<Record<ImportKind, string>> = {
  keys: '/keys/',
  licenses: '/licenses/',
  equipment: '/equipment/',
  products: '/products/',
  customers: '/customers/',
};

/** Rows with what becomes of them: changes field by field, faults at their column in the words of the server. */
export const PreviewTable = memo(function PreviewTable({ rows, scope }: Props) {
  const { t } = useWords();
  const page = pages[scope.fileKind];
  return (
    <div className={classes.scroll}>
      <table className={classes.rows}>
        <thead>
          <tr>
            <th scope="col">{t('imports.preview.line')}</th>
            <th scope="col">{t('imports.preview.outcome')}</th>
            <th scope="col">{t('imports.preview.what')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line} data-outcome={row.outcome}>
              <th scope="row" data-label={t('imports.preview.line')}>
                {row.line}
              </th>
              <td>
                <OutcomeBadge outcome={row.outcome} />
              </td>
              <td>
                <Changes row={row} scope={scope} />
                <Faults faults={row.faults} scope={scope} />
                <Faults faults={row.warnings} scope={scope} isWarning />
                {row.id !== null && page && (
                  <Link to={page + row.id} target="_blank">
                    {t('imports.preview.open')}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

function Changes({ row: { changes }, scope: { fileKind, attributes } }: { row: PreviewRow; scope: Props['scope'] }) {
  const words = useWords();
  if (changes.length === 0) return null;
  return (
    <ul className={classes.changes}>
      {changes.map(({ field, old, new: next }) => (
        <li key={field}>
          <span>{fieldWords(field, fileKind, words, attributes)}: </span>
          <del>{valueWords(old, field, attributes, words)}</del> →{' '}
          <ins>{valueWords(next, field, attributes, words)}</ins>
        </li>
      ))}
    </ul>
  );
}

type FaultsProps = { faults: readonly RowFault[]; scope: Props['scope']; isWarning?: boolean };

function Faults({ faults, scope: { chosen, fileKind, attributes }, isWarning = false }: FaultsProps) {
  const words = useWords();
  const nameOf = (column: string): string => {
    if (!/^\d+$/.test(column)) return column;
    const name = chosen?.head?.header[Number(column) - 1];
    return name ? `${column} (${name})` : column;
  };
  const placeOf = ({ column, params }: RowFault): string | undefined => {
    if (column !== null) return words.t('imports.preview.column', { column: nameOf(column) });
    // A field that no column gives.
    if (params?.field === undefined) return undefined;
    return fieldWords(String(params.field).replace(/Id$/, ''), fileKind, words, attributes);
  };
  if (faults.length === 0) return null;
  return (
    <ul className={classes.faults} data-warning={isWarning || undefined}>
      {faults.map((fault) => {
        const place = placeOf(fault);
        return (
          <li key={`${place} ${fault.code} ${fault.detail}`}>
            {place !== undefined && <b>{place}: </b>}
            {faultWords(fault, words)}
          </li>
        );
      })}
    </ul>
  );
}

type Value = string | number | boolean | null | undefined;

function valueWords(
  value: Value,
  field: string,
  attributes: readonly AttributeDefinition[],
  { value: say, day, number, t }: Words,
): string {
  if (value === null || value === undefined || value === '') return t('imports.preview.empty');
  if (typeof value === 'boolean') return say('yesNo', value ? 'true' : 'false');
  if (typeof value === 'number') return number(value);
  const attribute = attributes.find(({ name }) => `attributes.${name}` === field);
  if (attribute) return attribute.kind === 'date' ? day(value) : value;
  const keyType = field === 'keyType' && keyTypes.find((known) => known === value);
  if (keyType) return say('keyType', keyType);
  const status = field === 'status' && equipmentStatuses.find((known) => known === value);
  if (status) return say('equipmentStatus', status);
  return isDay(value) ? day(value) : value;
}
