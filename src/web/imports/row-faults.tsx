import { IconAlertTriangle } from '@tabler/icons-react';
import { faultWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import { columnTitle, fieldWords, type RowFault } from './mapping.ts';
import classes from './preview.module.css';
import type { ImportScope } from './use-import.ts';

type Props = {
  faults: readonly RowFault[];
  scope: Pick<ImportScope, 'fileKind' | 'attributes' | 'answer'>;
  isWarning?: boolean;
  /** They stand in the cell that they are about. */
  isInPlace?: boolean;
};

/** What is decided by a tick above the rows. */
const toDecide = ['not_made', 'near'];

/** What is wrong with a row or noted of it, each at its column, in the words of the server. */
export function RowFaults({ faults, scope, isWarning = false, isInPlace = false }: Props) {
  const words = useWords();
  const { answer, fileKind, attributes } = scope;
  const nameOf = (column: string): string => {
    if (!/^\d+$/.test(column)) return columnTitle(column, words);
    const name = answer?.head?.header[Number(column) - 1];
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
    <ul className={classes.faults} data-warning={isWarning || undefined} data-in-place={isInPlace || undefined}>
      {faults.map((fault) => {
        const place = isInPlace ? undefined : placeOf(fault);
        return (
          <li key={`${place} ${fault.code} ${fault.detail}`}>
            {isInPlace && <IconAlertTriangle size={14} stroke={2} aria-hidden />}
            <span>
              {place !== undefined && <b>{place}: </b>}
              {isInPlace && toDecide.includes(fault.code)
                ? words.t('imports.preview.decide')
                : faultWords(fault, words)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
