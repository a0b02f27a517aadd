import { Alert, Button, Group, RingProgress, Text } from '@mantine/core';
import { IconCopy, IconEye, IconEyeOff, IconShieldCheck } from '@tabler/icons-react';
import { refusalWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import classes from './reveal-key.module.css';
import { useReveal } from './use-reveal.ts';

/** A license key to be read or copied: masked until asked for, hidden again after thirty seconds. */
export function RevealKey({ keyId, mask }: { keyId: string; mask: string }) {
  const words = useWords();
  const { t, label, moment } = words;
  const { text, left, at, busy, copied, error, show, copy, hide } = useReveal(keyId);
  const isShown = text !== undefined;
  return (
    <section className={classes.box} aria-label={label('key', 'licenseKey')}>
      <div className={classes.head}>
        <span>{label('key', 'licenseKey')}</span>
        {isShown && (
          <span className={classes.left}>
            <RingProgress
              size={20}
              thickness={3}
              sections={[{ value: (100 * left) / 30, color: 'var(--kb-expired)' }]}
            />
            {t('assignments.hiddenIn', { seconds: left })}
          </span>
        )}
      </div>
      <output className={classes.text}>{text ?? mask}</output>
      {error !== undefined && (
        <Alert color="red" variant="light" role="alert">
          {refusalWords(error, words)}
        </Alert>
      )}
      <Group gap={8} grow className={classes.buttons ?? ''}>
        <Button
          loading={busy}
          variant={isShown ? 'filled' : 'default'}
          leftSection={<IconCopy size={18} />}
          onClick={() => void copy()}
        >
          {t(copied ? 'assignments.copied' : 'assignments.copy')}
        </Button>
        {isShown ? (
          <Button variant="default" leftSection={<IconEyeOff size={18} />} onClick={hide}>
            {t('assignments.hide')}
          </Button>
        ) : (
          <Button loading={busy} leftSection={<IconEye size={18} />} onClick={() => void show()}>
            {t('assignments.reveal')}
          </Button>
        )}
      </Group>
      <Text className={classes.recorded ?? ''}>
        <IconShieldCheck size={14} stroke={2} />
        {at === undefined ? t('assignments.willBeRecorded') : t('assignments.recorded', { at: moment(at) })}
      </Text>
    </section>
  );
}
