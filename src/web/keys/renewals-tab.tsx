import type { UseQueryResult } from '@tanstack/react-query';
import type { OutputOf } from '../../contract/endpoint.ts';
import type { listRenewals } from '../../contract/keys.ts';
import { LineCell } from '../ui/line-cell.tsx';
import table from '../ui/lines.module.css';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';
import classes from './keys.module.css';

type Props = { item: Key; found: UseQueryResult<OutputOf<typeof listRenewals>> };

/** The renewals of a key: old end, new end, reference, by whom (C5). */
export function RenewalsTab({ item, found }: Props) {
  const { t, day, moment } = useWords();
  if (found.isLoadingError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const renewals = found.data?.items;
  if (!renewals) return null;
  if (renewals.length === 0)
    return (
      <p className={classes.nothing}>
        {t(item.keyType === 'permanent' ? 'keys.renewals.permanent' : 'keys.renewals.none')}
      </p>
    );
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.stacked} ${classes.table}`}>
        <thead>
          <tr>
            <th>{t('keys.renewals.at')}</th>
            <th>{t('keys.renewals.oldEnd')}</th>
            <th>{t('keys.renewals.newEnd')}</th>
            <th>{t('keys.renew.reference')}</th>
            <th>{t('keys.renewals.by')}</th>
          </tr>
        </thead>
        <tbody>
          {renewals.map((renewal) => (
            <tr key={renewal.id}>
              <td>{moment(renewal.renewedAt)}</td>
              <LineCell label={t('keys.renewals.oldEnd')}>{day(renewal.oldEnd)}</LineCell>
              <LineCell label={t('keys.renewals.newEnd')}>{day(renewal.newEnd)}</LineCell>
              <LineCell label={t('keys.renew.reference')}>{renewal.reference}</LineCell>
              <LineCell label={t('keys.renewals.by')}>{renewal.renewedBy.name}</LineCell>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
