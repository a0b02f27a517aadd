import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconPlus, IconScan } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { StatusBadge } from '../ui/badges.tsx';
import { MaskedKey } from '../ui/masked-key.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './applied-features.module.css';
import { ApplySheet } from './apply-sheet.tsx';
import type { Unit } from './equipment-kind.tsx';
import { KeyEnd } from './key-picker.tsx';
import { LineTools } from './line-tools.tsx';
import type { UnitLine } from './use-unit-lines.ts';

type Props = { unit: Unit; lines: UnitLine[]; canApply: boolean; isEmpty: boolean };

/** The lines of a unit on a phone, and the two big buttons of somebody who stands before it. */
export function PhoneLines({ unit, lines, canApply, isEmpty }: Props) {
  const { t } = useWords();
  const [applying, setApplying] = useState(false);
  return (
    <>
      <Group gap="4px 12px" className={classes.head ?? ''}>
        <h2 className={classes.title}>{t('equipment.appliedFeatures')}</h2>
      </Group>
      {isEmpty && <Text className={classes.below ?? ''}>{t('equipment.noKeys')}</Text>}
      <ul>
        {lines.map((line) => (
          <LineCard key={line.assignment.id} line={line} />
        ))}
      </ul>
      <div className={classes.bottom}>
        <ActionIcon component={Link} to="/scan" variant="default" size={48} aria-label={t('scan.next')}>
          <IconScan size={22} />
        </ActionIcon>
        {canApply && (
          <Button h={48} fz={16} leftSection={<IconPlus size={20} />} onClick={() => setApplying(true)}>
            {t('equipment.addLine')}
          </Button>
        )}
      </div>
      {applying && <ApplySheet unit={unit} onClose={() => setApplying(false)} />}
    </>
  );
}

function LineCard({ line: { assignment, key } }: { line: UnitLine }) {
  const { day } = useWords();
  return (
    <li className={classes.card}>
      <div className={classes.cardText}>
        <Link to={`/keys/${assignment.key.id}`}>{assignment.key.product.name}</Link>{' '}
        {key?.status === 'expired' && <StatusBadge status="expired" inUse />}
        <div>
          <MaskedKey mask={assignment.key.maskedKey} />
        </div>
        <div>
          {key && <KeyEnd item={key} />} · {day(assignment.appliedOn)}, {assignment.appliedBy.name}
        </div>
      </div>
      <LineTools line={assignment} size={44} />
    </li>
  );
}
