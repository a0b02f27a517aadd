import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy, IconDots } from '@tabler/icons-react';
import { memo } from 'react';
import { lookupKeys } from '../../contract/keys.ts';
import { client } from '../api/client.ts';
import { MaskedKey } from '../ui/masked-key.tsx';
import { faultWords, refusalWords } from '../ui/refusal-words.ts';
import { toast } from '../ui/toast.tsx';
import { useWords, type Words } from '../words/use-words.ts';
import classes from './add-many.module.css';
import type { JudgedLine } from './judged-lines.ts';

const icons = {
  ready: IconCheck,
  asking: IconDots,
  double: IconCopy,
  malformed: IconAlertTriangle,
  tooMany: IconAlertTriangle,
};

/** What will be created of each pasted line. */
export const LinesTable = memo(function LinesTable({ lines }: { lines: readonly JudgedLine[] }) {
  const words = useWords();
  const { t, label } = words;
  const hasSerials = lines.some(({ serialNumber }) => serialNumber !== '');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className={classes.scroll} aria-label={t('keys.many.preview')} tabIndex={0}>
      <table className={classes.lines}>
        <thead>
          <tr>
            <th>{t('keys.many.line')}</th>
            <th>{label('key', 'licenseKey')}</th>
            {hasSerials && <th>{label('key', 'serialNumber')}</th>}
            <th>{t('keys.many.result')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const Icon = icons[line.state];
            return (
              <tr key={line.number} data-tone={line.state}>
                <td>{line.number}</td>
                <td>{line.key ? <MaskedKey mask={line.key.mask} /> : '–'}</td>
                {hasSerials && <td className="mono">{line.serialNumber || '–'}</td>}
                <td>
                  <span className={classes.result}>
                    <Icon size={16} stroke={1.75} aria-hidden />
                    <span>{resultWords(line, words)}</span>
                    {line.state === 'double' && line.repeats === undefined && (
                      <Button variant="subtle" size="compact-sm" onClick={() => void openKnown(line, words)}>
                        {t('keys.many.open')}
                      </Button>
                    )}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
});

function resultWords(line: JudgedLine, words: Words): string {
  const { t } = words;
  if (line.state === 'malformed') return line.fault ? faultWords(line.fault, words) : '';
  if (line.repeats !== undefined) return t('keys.many.repeats', { line: line.repeats });
  const warnings = line.key?.warnings.map((warning) => faultWords(warning, words)) ?? [];
  return [t(`keys.many.${line.state}`), ...warnings].join(' ');
}

/** The record that has the key already, beside this screen; where it is not mine to see, that is said. */
async function openKnown({ licenseKey }: JudgedLine, words: Words): Promise<void> {
  try {
    const { items } = await client.call(lookupKeys, { body: { licenseKey } });
    if (items[0]) window.open(`/keys/${items[0].id}`, '_blank');
    else toast({ title: words.t('keys.many.notYours'), refused: true });
  } catch (error) {
    toast({ title: refusalWords(error, words), refused: true });
  }
}
