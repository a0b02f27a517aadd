import { IconScan } from '@tabler/icons-react';
import { useLocation } from 'react-router';
import { useWords } from '../words/use-words.ts';
import classes from './equipment.module.css';
import type { Unit } from './equipment-kind.tsx';
import { markOf } from './find-unit.ts';

/** By which mark the unit was found, right after a scan. */
export function FoundByScan({ unit }: { unit: Unit }) {
  const { t, label } = useWords();
  // Set by the scan screen alone.
  const scanned = (useLocation().state as { scanned?: string } | null)?.scanned;
  const mark = scanned === undefined ? undefined : markOf(unit, scanned);
  if (!mark) return null;
  return (
    <p className={classes.scanned} role="status">
      <IconScan size={16} stroke={1.75} /> {t('scan.foundBy', { mark: label('equipment', mark) })}{' '}
      <span className="mono">{scanned}</span>
    </p>
  );
}
