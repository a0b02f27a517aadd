import { Group } from '@mantine/core';
import { IconArrowRight, IconFileCertificate } from '@tabler/icons-react';
import { Link } from 'react-router';
import { getProof } from '../../contract/audit.ts';
import { client } from '../api/client.ts';
import { useMay, useMe } from '../api/me.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords, type Words } from '../words/use-words.ts';
import classes from './audit.module.css';
import { pageOf } from './audit-words.ts';
import { detailRows } from './detail-rows.tsx';
import { downloadJson } from './download.ts';
import type { Entry } from './fold-entries.ts';

/** What stands behind an entry: old and new values, its number, who and how, its proof. */
export function EntryDetails({ entry }: { entry: Entry }) {
  const words = useWords();
  const { t, number, manner } = words;
  const timeZone = useMe()?.timeZone ?? 'UTC';
  const rows = detailRows(entry, words);
  const page = pageOf(entry);
  const at = new Intl.DateTimeFormat(manner.tag, {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone,
  }).format(new Date(entry.at));
  return (
    <div className={classes.behind}>
      {entry.erased && (
        <p>{t('audit.erasedLong', { day: words.day(entry.erased.at), entry: number(entry.erased.by) })}</p>
      )}
      {rows.length > 0 && (
        <dl>
          {rows.map(({ name, label, old, now }) => (
            <div key={name}>
              <dt>{label}</dt>
              <dd>
                {old !== undefined && (
                  <>
                    <span className={classes.old}>{old}</span>
                    <IconArrowRight size={14} stroke={2} aria-label={t('audit.became')} />
                  </>
                )}
                <span>{now}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p className="help">
        {t('audit.recorded', { entry: number(entry.idx), at, name: entry.actor.name, via: viaWords(entry, words) })}
      </p>
      <Group gap={8}>
        <ProofButton idx={entry.idx} />
        {page && <Link to={page}>{t('audit.openRecord')}</Link>}
        {entry.keyId !== null && <Link to={`/audit?keyId=${entry.keyId}&sort=idx`}>{t('audit.timeline')}</Link>}
      </Group>
    </div>
  );
}

function viaWords({ details }: Entry, { t }: Words): string {
  const actor = details?.actor;
  const via = typeof actor === 'object' && actor !== null && 'via' in actor ? String(actor.via) : '';
  return via === '' ? '' : t(`audit.via.${via}`, { defaultValue: via });
}

/** The proof that this entry is in the signed log, as a file for whoever checks it elsewhere. */
function ProofButton({ idx }: { idx: number }) {
  const { t } = useWords();
  const may = useMay();
  const proof = useVerb(() => client.call(getProof, { params: { idx } }), {
    refusals: 'toast',
    onDone: (answer) => downloadJson(`keybook-entry-${idx}-proof.json`, answer),
  });
  return (
    <VerbButton
      size="xs"
      why={may('audit.verify') ? undefined : t('audit.mayNotVerify')}
      loading={proof.busy}
      leftSection={<IconFileCertificate size={16} />}
      onClick={() => void proof.run()}
    >
      {t('audit.proof')}
    </VerbButton>
  );
}
