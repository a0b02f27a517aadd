import { IconDeviceLaptop, IconFileImport, IconKey, IconPlaylistAdd } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { Link } from 'react-router';
import { listEquipment } from '../../contract/equipment.ts';
import { listKeys } from '../../contract/keys.ts';
import type { Action } from '../../domain/permissions.ts';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import ways from '../ui/ways.module.css';
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';

type Step = { name: string; to: string; needs: Action; icon: ComponentType<{ size?: number; stroke?: number }> };

const steps: readonly Step[] = [
  { name: 'import', to: '/import', needs: 'imports.run', icon: IconFileImport },
  { name: 'addMany', to: '/keys/add-many', needs: 'keys.create', icon: IconPlaylistAdd },
  { name: 'addKey', to: '/keys/new', needs: 'keys.create', icon: IconKey },
  { name: 'addUnit', to: '/equipment/new', needs: 'equipment.create', icon: IconDeviceLaptop },
];

/** Whether there is neither a key nor a unit to show; undefined until that is known. */
export function useIsFresh(): boolean | undefined {
  return useQuery({
    queryKey: ['keys', 'isFresh'],
    queryFn: async ({ signal }) => {
      const query = { limit: '1' };
      const [keys, units] = await Promise.all([
        client.call(listKeys, { query, signal }),
        client.call(listEquipment, { query, signal }),
      ]);
      return keys.total + units.total === 0;
    },
  }).data;
}

/** An empty Keybook says what to do first. */
export function FirstSteps() {
  const { t } = useWords();
  const may = useMay();
  const mine = steps.filter(({ needs }) => may(needs));
  return (
    <section className={classes.first} aria-labelledby="first-steps">
      <h2 id="first-steps">{t('home.first.title')}</h2>
      <p>{t(mine.length > 1 ? 'home.first.body' : 'home.first.wait')}</p>
      <ul className={`${ways.ways} ${ways.framed}`}>
        {mine.map(({ name, to, icon: Icon }) => (
          <li key={name}>
            <Link to={to}>
              <Icon size={20} stroke={1.75} />
              <span>
                <b>{t(`home.first.${name}`)}</b>
                <small>{t(`home.first.${name}Help`)}</small>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
