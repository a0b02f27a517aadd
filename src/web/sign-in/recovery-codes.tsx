import { Alert, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { CopyText } from '../ui/copy-text.tsx';
import { giveFile } from '../ui/give-file.ts';
import { useWords } from '../words/use-words.ts';

type Props = { codes: readonly string[]; onDone: () => void; doneWord: string };

/** The recovery codes, which are shown this once. */
export function RecoveryCodes({ codes, onDone, doneWord }: Props) {
  const { t } = useWords();
  const text = `${codes.join('\n')}\n`;
  return (
    <Stack gap={12}>
      <Alert color="yellow" variant="light" role="status" title={t('settings.factor.codesTitle')}>
        {t('settings.factor.codesBody')}
      </Alert>
      <SimpleGrid cols={{ base: 1, xs: codes.some((code) => code.length > 20) ? 1 : 2 }} spacing={4} data-codes>
        {codes.map((code) => (
          <Text key={code} className="mono" fz={13}>
            {code}
          </Text>
        ))}
      </SimpleGrid>
      <Group gap={8}>
        <Button onClick={onDone}>{doneWord}</Button>
        <CopyText text={text} />
        <Button variant="default" onClick={() => giveFile('keybook-recovery-codes.txt', text, 'text/plain')}>
          {t('settings.download')}
        </Button>
      </Group>
    </Stack>
  );
}
