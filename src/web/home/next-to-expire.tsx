import { VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import { listKeys } from '../../contract/keys.ts';
import { addressOf, type RowsOf } from '../grid/rows-of.ts';
import { useFirst, useTotal } from '../grid/use-total.ts';
import type { Key } from '../keys/key-kind.tsx';
import { DayWithHint } from '../ui/day-with-hint.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';

const soon: RowsOf = { list: listKeys, query: { expiringWithin: '90', sort: 'validityEnd' } };
const shown = 8;

/** The keys that end first: those of one product and customer that end on one day are renewed together. */
export function NextToExpire() {
  const { t, label, title } = useWords();
  const found = useFirst<Key>(soon, 100);
  const endings = Map.groupBy(found.data?.items ?? [], (key) => addressOf(together(key)));
  return (
    <section className={`${classes.panel} ${classes.wide}`} aria-labelledby="next-to-expire">
      <header>
        <h2 id="next-to-expire">{t('home.nextToExpire')}</h2>
        <Link to={addressOf(soon)}>{t('home.allExpiring', { days: 90 })}</Link>
      </header>
      {found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : found.data?.total === 0 ? (
        <p className={classes.nothing}>{t('home.nothingExpires', { days: 90 })}</p>
      ) : (
        <div className={classes.tableSpace}>
          <table className={classes.table}>
            <VisuallyHidden component="thead">
              <tr>
                <th>{label('key', 'product')}</th>
                <th>{title('key')}</th>
                <th>{label('key', 'validityEnd')}</th>
                <th>{label('key', 'customer')}</th>
              </tr>
            </VisuallyHidden>
            <tbody>
              {[...endings]
                .slice(0, shown)
                .map(([address, [key]]) => key && <Ending key={address} item={key} address={address} />)}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Ending({ item, address }: { item: Key; address: string }) {
  const { t, number } = useWords();
  const total = useTotal(together(item));
  return (
    <tr>
      <td>
        <Link to={total === 1 ? `/keys/${item.id}` : address}>{item.product.name}</Link>
      </td>
      <td>
        <Link to={address} className={classes.keys ?? ''} data-count={`ending-${item.id}`}>
          {total === undefined ? '…' : t('audit.keys', { count: total, number: number(total) })}
        </Link>
      </td>
      <td>
        <DayWithHint day={item.validityEnd} />
      </td>
      <td>{item.customer?.name}</td>
    </tr>
  );
}

/** The keys that are renewed with this one. */
function together({ product, customerId, validityEnd }: Key): RowsOf {
  const end = validityEnd ?? '';
  const same = { productId: product.id, customerId: customerId ?? '', validityEndFrom: end, validityEndTo: end };
  return { list: listKeys, query: { ...soon.query, ...same } };
}
