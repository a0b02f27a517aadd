import { Input, RingProgress } from '@mantine/core';
import { IconCopy, IconDownload, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useId } from 'react';
import type { Delivery } from '../../domain/deliveries.ts';
import { useMay } from '../api/me.ts';
import { Refusal } from '../ui/refusal.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './key-text.module.css';
import { shownFor, useReveal } from './use-reveal.ts';

type Props = {
  keyId: string;
  mask: string;
  delivery: Delivery | null;
  /** Of a license file, in bytes, where that is known. */
  size?: number | undefined;
  /** Whether the key is on a unit I may see; a technician reveals no other. */
  isOnUnit: boolean;
  /** In the strip of its page, or a card of its own with large text and buttons. */
  layout: 'strip' | 'card';
};

/**
 * A license key or file: masked, and on demand in clear for thirty seconds, which was recorded before. By account there is
 * nothing to reveal.
 */
export function KeyText(props: Props) {
  return props.delivery === 'account' ? <ByAccount layout={props.layout} /> : <Revealable {...props} />;
}

function ByAccount({ layout }: Pick<Props, 'layout'>) {
  const { label, value } = useWords();
  return (
    <section className={classes.part} data-layout={layout} aria-label={label('key', 'delivery')}>
      <div className={classes.head}>
        <Input.Label labelElement="div">{label('key', 'delivery')}</Input.Label>
      </div>
      <div className={classes.row}>
        <span className={classes.text}>{value('delivery', 'account')}</span>
      </div>
    </section>
  );
}

function Revealable({ keyId, mask, delivery, size: bytes, isOnUnit, layout }: Props) {
  const { t, label, moment, number } = useWords();
  const { text, left, at, busy, copied, error, show, copy, save, hide } = useReveal(keyId);
  const why = useRevealReason(isOnUnit);
  const help = useId();
  const isCard = layout === 'card';
  const isShown = text !== undefined;
  const isFile = delivery === 'file';
  const name = label('key', isFile ? 'licenseFile' : 'licenseKey');
  const size = isCard ? 'sm' : 'xs';
  const mainIf = (condition: boolean): 'filled' | 'default' => (isCard && condition ? 'filled' : 'default');
  const toggle = isShown ? (
    <VerbButton size={size} leftSection={<IconEyeOff size={16} />} onClick={hide}>
      {t('keys.reveal.hide')}
    </VerbButton>
  ) : (
    <VerbButton
      why={why}
      loading={busy}
      size={size}
      variant={mainIf(true)}
      leftSection={<IconEye size={16} />}
      onClick={() => void show()}
    >
      {t('keys.reveal.verb')}
    </VerbButton>
  );
  return (
    <section className={classes.part} data-layout={layout} aria-label={name} aria-describedby={help}>
      <div className={classes.head}>
        <Input.Label labelElement="div">
          {name}
          {bytes !== undefined && (
            <span className="help"> {t('keys.file.bytes', { count: bytes, number: number(bytes) })}</span>
          )}
        </Input.Label>
        {isShown && <Left seconds={left} />}
      </div>
      <div className={classes.row}>
        <output className={`${classes.text} mono`} data-shown={isShown || undefined} data-file={isFile || undefined}>
          <span>{text ?? mask}</span>
        </output>
        {!isCard && toggle}
        <VerbButton
          why={why}
          loading={busy}
          size={size}
          variant={mainIf(isShown)}
          leftSection={isFile ? <IconDownload size={16} /> : <IconCopy size={16} />}
          onClick={() => void (isFile ? save() : copy())}
        >
          {t(isFile ? 'keys.reveal.save' : 'keys.reveal.copy')}
        </VerbButton>
        {isCard && toggle}
      </div>
      <Refusal error={error} />
      <div className={classes.foot}>
        <p id={help} className="help">
          {t(isCard ? 'keys.reveal.help' : 'keys.reveal.brief')}
        </p>
        <p className={classes.said} role="status">
          {copied && t('keys.reveal.copied')} {at !== undefined && t('keys.reveal.recorded', { at: moment(at) })}
        </p>
      </div>
    </section>
  );
}

function Left({ seconds }: { seconds: number }) {
  const { t } = useWords();
  const sections = [{ value: (100 * seconds) / shownFor, color: 'var(--kb-expired)' }];
  return (
    <span className={classes.left}>
      <RingProgress size={20} thickness={3} aria-hidden sections={sections} />
      {t('keys.reveal.left', { count: seconds })}
    </span>
  );
}

/** Why I may not see the text of this key. */
function useRevealReason(isOnUnit: boolean): string | undefined {
  const { t } = useWords();
  const may = useMay();
  if (!may('keys.reveal')) return t('keys.why.role');
  if (!may('keys.revealAny') && !isOnUnit) return t('keys.why.revealAssigned');
  return undefined;
}
