import { Anchor } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getCheckpoint } from '../../contract/audit.ts';
import { client } from '../api/client.ts';
import badges from '../ui/badges.module.css';
import { giveFile } from '../ui/give-file.ts';
import { useWords } from '../words/use-words.ts';
import classes from './audit.module.css';

/** Up to which entry the log is sealed by a signed checkpoint, and the checkpoint to keep elsewhere (L9). */
export function SealLine() {
  const { t, number, moment } = useWords();
  const found = useQuery({
    queryKey: ['audit', 'checkpoint'],
    queryFn: ({ signal }) => client.call(getCheckpoint, { signal }),
  });
  if (found.isLoadingError) return <p className={`${classes.seal} ${badges.danger}`}>{t('audit.unsealed')}</p>;
  const { size = 0, checkpoint = '', lastEntryAt } = found.data ?? {};
  return (
    <p className={`${classes.seal} ${badges.available}`} aria-busy={found.isPending}>
      <IconShieldCheck size={16} stroke={1.75} />
      <span>
        {found.data && (
          <>
            <b>{t('audit.sealed', { entry: number(size - 1) })}</b> · {t('audit.sealedAt', { at: moment(lastEntryAt) })}
          </>
        )}
      </span>
      {found.data && (
        <Anchor
          component="button"
          type="button"
          className={`${classes.sealLink} screenOnly`}
          onClick={() => giveFile(`keybook-checkpoint-${size}.txt`, checkpoint, 'text/plain')}
        >
          {t('audit.download')}
        </Anchor>
      )}
    </p>
  );
}
