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
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';
import { addressOf, type RowsOf, useTotal } from './use-total.ts';

type Task = RowsOf & {
  name: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  tone: 'danger' | 'expired';
};

const tasks: readonly Task[] = [
  {
    name: 'expiredInUse',
    icon: IconAlertTriangle,
    tone: 'danger',
    list: listKeys,
    query: { status: 'expired', inUse: 'true', sort: 'validityEnd' },
  },
  {
    name: 'outOfService',
    icon: IconArrowBackUp,
    tone: 'expired',
    list: listEquipment,
    query: { status: 'returned,retired', keyCountFrom: '1' },
  },
  {
    name: 'noFreeKey',
    icon: IconPackageOff,
    tone: 'expired',
    list: listProducts,
    query: { freeKeyCount: '0', archived: 'false' },
  },
  {
    name: 'overTaken',
    icon: IconScale,
    tone: 'danger',
    list: listLicenses,
    query: { freeTo: '-1', archived: 'false', sort: 'free' },
  },
];

/** What is wrong or runs short, each with its number; the number opens the rows. */
export function ToDo() {
  const { t } = useWords();
  return (
    <section className={classes.panel} aria-labelledby="to-do">
      <header>
        <h2 id="to-do">{t('home.toDo')}</h2>
      </header>
      <ul className={classes.tasks}>
        {tasks.map((task) => (
          <TaskRow key={task.name} task={task} />
        ))}
      </ul>
    </section>
  );
}

function TaskRow({ task }: { task: Task }) {
  const { t, number } = useWords();
  const total = useTotal(task);
  const Icon = total === 0 ? IconCircleCheck : task.icon;
  return (
    <li>
      <Link to={addressOf(task)}>
        <span className={classes.sign} data-tone={total === 0 ? 'done' : task.tone}>
          <Icon size={16} stroke={1.75} />
        </span>
        <b data-count={task.name}>{total === undefined ? '…' : number(total)}</b>
        <span className={classes.taskWords}>
          {t(`home.task.${task.name}`, { count: total ?? 0 })}
          <small>{t(`home.taskHelp.${task.name}`)}</small>
        </span>
        <IconChevronRight size={16} stroke={1.75} />
      </Link>
    </li>
  );
}
