import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconClipboard, IconFileSpreadsheet } from '@tabler/icons-react';
import { useState } from 'react';
import { DropArea } from '../ui/drop-area.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './imports.module.css';
import type { ImportScope } from './use-import.ts';

const accepted = '.csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values';

/** The file: chosen, dropped, or rows that were copied from a spreadsheet. */
export function FileStep({ scope: { chosen, choose, drop } }: { scope: ImportScope }) {
  const { t, number } = useWords();
  const [isPasting, setPasting] = useState(false);
  if (chosen)
    return (
      <Group gap={8} className={classes.file ?? ''}>
        <IconFileSpreadsheet size={20} stroke={1.75} aria-hidden />
        <strong>{chosen.name}</strong>
        <span className="help">{t('imports.file.size', { size: number(Math.ceil(chosen.size / 1024)) })}</span>
        <Button variant="default" size="xs" onClick={drop}>
          {t('imports.file.other')}
        </Button>
      </Group>
    );
  return (
    <>
      <DropArea
        words={t('imports.file.drop')}
        help={t('imports.file.help')}
        accept={accepted}
        onFile={(file) => void choose(file)}
        beside={
          <Button
            variant="default"
            leftSection={<IconClipboard size={16} />}
            aria-expanded={isPasting}
            onClick={() => setPasting(!isPasting)}
          >
            {t('imports.file.paste')}
          </Button>
        }
      />
      {isPasting && <Paste choose={choose} />}
    </>
  );
}

function Paste({ choose }: Pick<ImportScope, 'choose'>) {
  const { t } = useWords();
  const [text, setText] = useState('');
  return (
    <Stack gap={8} align="flex-start" mt={12}>
      <Textarea
        label={t('imports.file.pasted')}
        description={t('imports.file.pastedHelp')}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        rows={6}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
        w="100%"
      />
      <VerbButton
        why={text.trim() === '' ? t('imports.file.nothingPasted') : undefined}
        onClick={() => void choose(new File([text], t('imports.file.pastedName'), { type: 'text/csv' }))}
      >
        {t('imports.file.take')}
      </VerbButton>
    </Stack>
  );
}
