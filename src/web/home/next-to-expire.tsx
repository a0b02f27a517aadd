import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { listKeys } from '../../contract/keys.ts';
import { client } from '../api/client.ts';
import { Holders } from '../keys/key-kind.tsx';
import { DayWithHint } from '../ui/day-with-hint.tsx';
import { MaskedKey } from '../ui/masked-key.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';

const query = { expiringWithin: '90', sort: 'validityEnd', limit: '8' };

/** The keys that end first. */
export function NextToExpire() {
  const { t, label } = useWords();
  const found = useQuery({
    queryKey: ['keys', 'list', query],
    queryFn: ({ signal }) => client.call(listKeys, { query, signal }),
  }).data;
  return (
    <section className={`${classes.panel} ${classes.wide}`} aria-labelledby="next-to-expire">
      <header>
        <h2 id="next-to-expire">{t('home.nextToExpire')}</h2>
        <Link to="/keys?expiringWithin=90&sort=validityEnd">{t('home.allExpiring', { days: 90 })}</Link>
      </header>
      {found?.total === 0 ? (
        <p className={classes.nothing}>{t('home.nothingExpires', { days: 90 })}</p>
      ) : (
        <div className={classes.tableSpace}>
          <table className={classes.table}>
            <thead className={classes.unseen}>
              <tr>
                <th>{label('key', 'licenseKey')}</th>
                <th>{label('key', 'validityEnd')}</th>
                <th>{label('key', 'equipment')}</th>
                <th>{label('key', 'customer')}</th>
              </tr>
            </thead>
            <tbody>
              {found?.items?.map((key) => (
                <tr key={key.id}>
                  <td>
                    <Link to={`/keys/${key.id}`}>
                      {key.product.name} <MaskedKey mask={key.maskedKey} short />
                    </Link>
                  </td>
                  <td>
                    <DayWithHint day={key.validityEnd} />
                  </td>
                  <td>
                    <Holders item={key} />
                  </td>
                  <td>{key.customer.name}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
