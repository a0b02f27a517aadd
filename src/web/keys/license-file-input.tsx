import { Button, Group, Input, Stack, Textarea } from '@mantine/core';
import { IconClipboard, IconFileText } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { longestLicenseFile } from '../../domain/deliveries.ts';
import { DropArea } from '../ui/drop-area.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './keys.module.css';
import { type GivenFile, givenFile } from './license-file.ts';

type Props = {
  label: string;
  help?: ReactNode;
  error?: ReactNode;
  value: GivenFile | undefined;
  onChange: (value: GivenFile | undefined) => void;
};

/** A license file: chosen, dropped, or as lines that are pasted. */
export function LicenseFileInput({ label, help, error, value, onChange }: Props) {
  const { t } = useWords();
  const [isTooLarge, setTooLarge] = useState(false);
  const take = async (file: File): Promise<void> => {
    const fits = file.size <= longestLicenseFile;
    setTooLarge(!fits);
    if (fits) onChange(await givenFile(file));
  };
  const fault = isTooLarge ? t('keys.file.tooLarge', { max: longestLicenseFile / 1024 }) : error;
  if (value && 'lines' in value) return <Lines label={label} error={fault} lines={value.lines} onChange={onChange} />;
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      required
      description={help}
      error={fault}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
    >
      <div>
        {value ? (
          <Chosen value={value} onOther={() => onChange(undefined)} />
        ) : (
          <DropArea
            isCompact
            words={t('keys.file.drop')}
            help={t('keys.file.help')}
            onFile={(file) => void take(file)}
            beside={
              <Button
                variant="default"
                leftSection={<IconClipboard size={16} />}
                onClick={() => onChange({ lines: '' })}
              >
                {t('keys.file.paste')}
              </Button>
            }
          />
        )}
      </div>
    </Input.Wrapper>
  );
}

function Chosen({ value, onOther }: { value: Exclude<GivenFile, { lines: string }>; onOther: () => void }) {
  const { t, number } = useWords();
  return (
    <Group gap={8} className={classes.file ?? ''}>
      <IconFileText size={20} stroke={1.75} aria-hidden />
      <strong>{value.name}</strong>
      <span className="help">{t('keys.file.bytes', { count: value.size, number: number(value.size) })}</span>
      <Button variant="default" size="xs" onClick={onOther}>
        {t('keys.file.other')}
      </Button>
    </Group>
  );
}

type LinesProps = Pick<Props, 'label' | 'error' | 'onChange'> & { lines: string };

function Lines({ label, error, lines, onChange }: LinesProps) {
  const { t } = useWords();
  return (
    <Stack gap={8} align="flex-start">
      <Textarea
        label={label}
        description={t('keys.file.linesHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={error}
        required
        autoFocus
        classNames={{ input: 'mono' }}
        value={lines}
        onChange={({ currentTarget }) => onChange({ lines: currentTarget.value })}
        rows={6}
        spellCheck={false}
        autoComplete="off"
        w="100%"
      />
      <Button variant="default" size="xs" onClick={() => onChange(undefined)}>
        {t('keys.file.insteadFile')}
      </Button>
    </Stack>
  );
}
