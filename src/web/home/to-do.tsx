import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconChevronRight,
  IconCircleCheck,
  IconPackageOff,
  IconScale,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { Link } from 'react-router';
import { listEquipment } from '../../contract/equipment.ts';
import { listKeys } from '../../contract/keys.ts';
import { listLicenses } from '../../contract/licenses.ts';
import { listProducts } from '../../contract/products.ts';
import type { Unit } from '../equipment/equipment-kind.tsx';
import { addressOf, type RowsOf } from '../grid/rows-of.ts';
import { useFirst } from '../grid/use-total.ts';
import type { Key } from '../keys/key-kind.tsx';
import type { License } from '../licenses/license-kind.tsx';
import type { Product } from '../products/product-kind.tsx';
import badges from '../ui/badges.module.css';
import ways from '../ui/ways.module.css';
import { daysBetween } from '../words/formats.ts';
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';

const expiredInUse: RowsOf = {
  list: listKeys,
  query: { status: 'expired', inUse: 'true', sort: 'validityEnd' },
};
const outOfService: RowsOf = {
  list: listEquipment,
  query: { status: 'returned,retired', keyCountFrom: '1' },
};
const noFreeKey: RowsOf = { list: listProducts, query: { freeKeyCount: '0', archived: 'false' } };
const overTaken: RowsOf = { list: listLicenses, query: { freeTo: '-1', archived: 'false', sort: 'free' } };

/** What is wrong or runs short, each with its number and the first of its rows; it opens all of them. */
export function ToDo() {
  const { t, today } = useWords();
  const oldest = ([key]: Key[]): string | undefined => {
    if (!key?.validityEnd || today === undefined) return undefined;
    const [first] = key.assignments;
    const holder = first?.equipment?.name ?? first?.userName;
    const count = daysBetween(key.validityEnd, today);
    // Whoever holds it may be none of mine to name (P2).
    return holder ? t('home.oldest', { count, holder }) : t('home.oldestUnnamed', { count });
  };
  return (
    <section className={classes.panel} aria-labelledby="to-do">
      <header>
        <h2 id="to-do">{t('home.toDo')}</h2>
      </header>
      <ul className={`${ways.ways} ${classes.tasks}`}>
        <Task name="expiredInUse" icon={IconAlertTriangle} tone="danger" rows={expiredInUse} says={oldest} />
        <Task
          name="outOfService"
          icon={IconArrowBackUp}
          tone="expired"
          rows={outOfService}
          says={(units: Unit[]) => names(units.map(({ name }) => name))}
        />
        <Task
          name="noFreeKey"
          icon={IconPackageOff}
          tone="expired"
          rows={noFreeKey}
          says={(products: Product[]) => names(products.map(({ name }) => name))}
        />
        <Task
          name="overTaken"
          icon={IconScale}
          tone="danger"
          rows={overTaken}
          says={(licenses: License[]) => names(licenses.map(({ product }) => product.name))}
        />
      </ul>
    </section>
  );
}

function names(all: readonly string[]): string {
  return [...new Set(all)].join(', ');
}

type TaskProps<Item> = {
  name: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  tone: 'danger' | 'expired';
  rows: RowsOf;
  /** What there is to say of the first rows. */
  says: (items: Item[]) => string | undefined;
};

function Task<Item>({ name, icon, tone, rows, says }: TaskProps<Item>) {
  const { t, number } = useWords();
  const { total, items = [] } = useFirst<Item>(rows, 3).data ?? {};
  const Icon = total === 0 ? IconCircleCheck : icon;
  return (
    <li>
      <Link to={addressOf(rows)}>
        <span className={`${classes.sign} ${badges[total === 0 ? 'available' : tone]}`}>
          <Icon size={16} stroke={1.75} />
        </span>
        <b data-count={name}>{total === undefined ? '…' : number(total)}</b>
        <span>
          {t(`home.task.${name}`, { count: total ?? 0 })}
          {items.length > 0 && <small>{says(items)}</small>}
        </span>
        <IconChevronRight size={16} stroke={1.75} />
      </Link>
    </li>
  );
}
