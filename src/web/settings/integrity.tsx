import { Button, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { exportAudit, getCheckpoint } from '../../contract/audit.ts';
import { client } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { downloadJson } from '../audit/download.ts';
import { SealLine } from '../audit/seal-line.tsx';
import { DayInput } from '../ui/day-input.tsx';
import { withTexts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import classes from './settings.module.css';

/** How far the log is sealed, evidence to take away, and how anybody checks it (L9, L10). */
export function Integrity() {
  const { t, number } = useWords();
  const found = useQuery({
    queryKey: ['audit', 'checkpoint'],
    queryFn: ({ signal }) => client.call(getCheckpoint, { signal }),
  }).data;
  return (
    <>
      <Panel title={t('settings.integrity.checkpoint')} intro={t('settings.integrity.checkpointIntro')}>
        {found && (
          <Text mb={8}>{t('settings.integrity.entries', { count: found.size, number: number(found.size) })}</Text>
        )}
        <div className={classes.seal}>
          <SealLine />
        </div>
        {found && (
          <>
            <Text mt={12}>{t('settings.integrity.publicKey')}</Text>
            <Code className={classes.code ?? ''}>{found.publicKey}</Code>
          </>
        )}
      </Panel>
      <Evidence />
      <Panel title={t('settings.integrity.verify')} intro={t('settings.integrity.verifyIntro')}>
        <Text>{t('settings.integrity.onServer')}</Text>
        <Code className={classes.code ?? ''}>keybook audit verify --checkpoint keybook-checkpoint.txt</Code>
        <Text>{t('settings.integrity.elsewhere')}</Text>
        <Code className={classes.code ?? ''}>
          node keybook-verify.mjs keybook-evidence.json --checkpoint keybook-checkpoint.txt
        </Code>
        <Text>{t('settings.integrity.wholeLog')}</Text>
        <Code className={classes.code ?? ''}>keybook audit export log.jsonl</Code>
      </Panel>
    </>
  );
}

function Evidence() {
  const { t } = useWords();
  const today = useMe()?.today ?? null;
  const [from, setFrom] = useState<string | null>(today && `${today.slice(0, 4)}-01-01`);
  const [to, setTo] = useState(today);
  const sending = useVerb(async (send) => {
    const evidence = await send(exportAudit, { body: { ...(from && { from }), ...(to && { to }) } });
    downloadJson(`keybook-evidence-to-${evidence.completeTo}.json`, evidence);
  });
  return (
    <Panel title={t('audit.evidence')} intro={t('settings.integrity.evidenceIntro')}>
      <form onSubmit={withTexts(() => sending.run())}>
        <VerbNotice verb={sending} />
        <Group align="flex-end" gap={8}>
          <DayInput bare size="sm" clearable label={t('grid.field.from')} value={from} onChange={setFrom} />
          <DayInput bare size="sm" clearable label={t('grid.field.to')} value={to} onChange={setTo} />
          <Button type="submit" variant="default" loading={sending.busy}>
            {t('settings.integrity.download')}
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
