import { Button, Input, RingProgress } from '@mantine/core';
import { IconCopy, IconEye, IconEyeOff, IconLock } from '@tabler/icons-react';
import { useEffect, useId } from 'react';
import { queryClient } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { useReveal } from '../assignments/use-reveal.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords, type Words } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';
import classes from './keys.module.css';

const seconds = 30;

/** The license key of a record: masked, and on demand in clear for thirty seconds, which was recorded before. */
export function KeyText({ item }: { item: Key }) {
  const words = useWords();
  const { t, label, moment } = words;
  const { text, left, at, busy, copied, error, show, copy, hide } = useReveal(item.id);
  const why = useRevealReason(item, words);
  const help = useId();
  useEffect(() => {
    if (at !== undefined) void queryClient.invalidateQueries({ queryKey: ['audit'] });
  }, [at]);
  const recorded = at === undefined ? '' : t('keys.reveal.recorded', { at: moment(at) });
  return (
    <section className={classes.keyText} aria-label={label('key', 'licenseKey')} aria-describedby={help}>
      <Input.Label labelElement="div">{label('key', 'licenseKey')}</Input.Label>
      <div className={classes.keyRow}>
        <output className={`${classes.keyBox} mono`} data-shown={text !== undefined || undefined}>
          <IconLock size={16} stroke={1.75} aria-hidden />
          <span>{text ?? item.maskedKey}</span>
        </output>
        {text === undefined ? (
          <VerbButton why={why} loading={busy} leftSection={<IconEye size={16} />} onClick={() => void show()}>
            {t('keys.reveal.verb')}
          </VerbButton>
        ) : (
          <Button variant="default" leftSection={<IconEyeOff size={16} />} onClick={hide}>
            {t('keys.reveal.hide')}
          </Button>
        )}
        <VerbButton why={why} leftSection={<IconCopy size={16} />} onClick={() => void copy()}>
          {t('keys.reveal.copy')}
        </VerbButton>
        {text !== undefined && (
          <span className={classes.left}>
            <RingProgress
              size={24}
              thickness={3}
              aria-hidden
              sections={[{ value: (left / seconds) * 100, color: 'var(--kb-accent)' }]}
            />
            {t('keys.reveal.left', { count: left })}
          </span>
        )}
      </div>
      <p id={help} className="help">
        {t('keys.reveal.help')}
      </p>
      {error !== undefined && (
        <p className={classes.refused} role="alert">
          {refusalWords(error, words)}
        </p>
      )}
      <p className={classes.said} role="status">
        {copied ? `${t('keys.reveal.copied')} ${recorded}` : recorded}
      </p>
    </section>
  );
}

/** Why I may not see the text of this key; a technician sees one that is on a unit I may see. */
function useRevealReason({ assignments }: Key, { t }: Words): string | undefined {
  const may = useMay();
  if (!may('keys.reveal')) return t('keys.why.role');
  if (!may('keys.revealAny') && !assignments.some(({ equipment }) => equipment)) return t('keys.why.revealAssigned');
  return undefined;
}
