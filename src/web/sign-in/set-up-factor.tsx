import { Anchor, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { lazy, useState } from 'react';
import { confirmSecondFactor, startSecondFactor } from '../../contract/sign-in.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { Late } from '../ui/late.tsx';
import { type Texts, withTexts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { CodeField } from './code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

type Props = { onDone: () => void; doneWord: string; onCancel?: () => void };

/** Sets up the second factor: its secret goes into an app, a code proves it, the recovery codes are shown once. */
export function SetUpFactor({ onDone, doneWord, onCancel }: Props) {
  const { t } = useWords();
  const [begun, setBegun] = useState<{ secret: string; uri: string }>();
  const [codes, setCodes] = useState<string[]>();
  const beginning = useVerb((send) => send(startSecondFactor), { onDone: setBegun });
  const proving = useVerb(
    (send, field: Texts) => send(confirmSecondFactor, { body: { code: field('code').replaceAll(/\s/g, '') } }),
    { onDone: ({ recoveryCodes }) => setCodes(recoveryCodes) },
  );
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} doneWord={doneWord} />;
  if (!begun)
    return (
      <form onSubmit={withTexts(() => beginning.run())}>
        <Stack gap={12} align="flex-start">
          <VerbNotice verb={beginning} />
          <Button type="submit" loading={beginning.busy}>
            {t('settings.factor.setUp')}
          </Button>
        </Stack>
      </form>
    );
  return (
    <form onSubmit={withTexts(proving.run)}>
      <Stack gap={12}>
        <List type="ordered" spacing={8}>
          <List.Item>
            {t('settings.factor.addToApp')}{' '}
            <Anchor href={begun.uri} underline="always">
              {t('settings.factor.openApp')}
            </Anchor>
          </List.Item>
          <List.Item>{t('settings.factor.typeCode')}</List.Item>
        </List>
        <Late>
          <QrCode address={begun.uri} />
        </Late>
        <div>
          <Text fw={500} mb={4}>
            {t('settings.factor.secret')}
          </Text>
          <Group gap={8}>
            <Code fz={14} data-secret={begun.secret}>
              {begun.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
            </Code>
            <CopyText text={begun.secret} />
          </Group>
        </div>
        <VerbNotice verb={proving} />
        <CodeField onlyCode />
        <Group gap={8}>
          <Button type="submit" loading={proving.busy}>
            {t('settings.factor.prove')}
          </Button>
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('settings.cancel')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
