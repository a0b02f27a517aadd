import { IconBan, IconDownload, IconRefresh } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { encodeFilter } from '../../contract/list.ts';
import { useMay } from '../api/me.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { Late } from '../ui/late.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';

const RenewDialog = lazy(async () => ({ default: (await import('./renew-dialog.tsx')).RenewDialog }));
const RevokeDialog = lazy(async () => ({ default: (await import('./revoke-dialog.tsx')).RevokeDialog }));

/** The address of a request has room for so many ids. */
const mostInAddress = 200;

/** What can be done to selected keys. */
export function KeyBulk({ ids, done }: { ids: string[]; done: () => void }) {
  const { t } = useWords();
  const may = useMay();
  const [open, setOpen] = useState<'renew' | 'revoke'>();
  const dialog = {
    ids,
    onClose: () => setOpen(undefined),
    onDone: () => {
      setOpen(undefined);
      done();
    },
  };
  const role = (action: 'keys.renew' | 'keys.revoke') => (may(action) ? undefined : t('keys.why.role'));
  const props = { size: 'xs', variant: 'subtle', c: 'inherit' } as const;
  return (
    <>
      <VerbButton
        {...props}
        why={role('keys.renew')}
        leftSection={<IconRefresh size={16} />}
        onClick={() => setOpen('renew')}
      >
        {t('keys.bulk.renew')}
      </VerbButton>
      <VerbButton
        {...props}
        why={role('keys.revoke')}
        leftSection={<IconBan size={16} />}
        onClick={() => setOpen('revoke')}
      >
        {t('keys.bulk.revoke')}
      </VerbButton>
      <ExportSelected ids={ids} />
      <Late>
        {open === 'renew' && <RenewDialog {...dialog} />}
        {open === 'revoke' && <RevokeDialog {...dialog} />}
      </Late>
    </>
  );
}

function ExportSelected({ ids }: { ids: string[] }) {
  const { t } = useWords();
  const props = { size: 'xs', variant: 'subtle', c: 'inherit', leftSection: <IconDownload size={16} /> } as const;
  if (ids.length > mostInAddress)
    return (
      <VerbButton {...props} why={t('keys.bulk.tooMany', { most: mostInAddress })} onClick={() => undefined}>
        {t('grid.export')}
      </VerbButton>
    );
  return <ExportMenu list="keys" query={{ ids: encodeFilter(ids) }} button={props} />;
}
