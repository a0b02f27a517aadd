import { Stack } from '@mantine/core';
import { Link } from 'react-router';
import { listKeys } from '../../contract/keys.ts';
import { listProducts } from '../../contract/products.ts';
import { addressOf, type RowsOf } from '../grid/rows-of.ts';
import { useTotal } from '../grid/use-total.ts';
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';

const soon = ['30', '60', '90'];
const free: RowsOf = { list: listKeys, query: { status: 'available', notYetValid: 'false' } };
const withFree: RowsOf = { list: listProducts, query: { freeKeyCountFrom: '1' } };

/** Keys that end within 30, 60 and 90 days, those of them in use, and the keys that are free. */
export function Figures() {
  const { t } = useWords();
  return (
    <section className={classes.figures} aria-label={t('home.figures')}>
      {soon.map((days) => (
        <Expiring key={days} days={days} />
      ))}
      <Stack gap={0} align="flex-start" className={classes.figure ?? ''} data-tone="free">
        <Total rows={free} name="free" />
        <span className={classes.figureName}>{t('home.free')}</span>
        <Link to={addressOf(withFree)} className={classes.figureBeside ?? ''} data-count="with-free">
          {t('home.inProducts', { count: useTotal(withFree) ?? 0 })}
        </Link>
      </Stack>
    </section>
  );
}

function Expiring({ days }: { days: string }) {
  const { t } = useWords();
  const rows: RowsOf = { list: listKeys, query: { expiringWithin: days, sort: 'validityEnd' } };
  const used: RowsOf = { list: listKeys, query: { ...rows.query, inUse: 'true' } };
  const inUse = useTotal(used);
  return (
    <Stack gap={0} align="flex-start" className={classes.figure ?? ''} data-tone={days}>
      <Total rows={rows} name={`expiring-${days}`} />
      <span className={classes.figureName}>{t('home.expiring', { days })}</span>
      <Link to={addressOf(used)} className={classes.figureBeside ?? ''} data-count={`used-${days}`}>
        {t('home.ofThemInUse', { count: inUse ?? 0 })}
      </Link>
    </Stack>
  );
}

/** A number that opens its rows. */
function Total({ rows, name }: { rows: RowsOf; name: string }) {
  const { number } = useWords();
  const total = useTotal(rows);
  return (
    <Link to={addressOf(rows)} className={classes.number ?? ''} data-count={name}>
      {total === undefined ? '…' : number(total)}
    </Link>
  );
}
