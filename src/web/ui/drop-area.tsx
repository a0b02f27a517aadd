import { Button, FileButton, Group } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import classes from './drop-area.module.css';

type Props = {
  /** What may be dropped here. */
  words: string;
  help: string;
  /** Kinds of files that are offered first. */
  accept?: string;
  onFile: (file: File) => void;
  /** Another way to give it, beside the button that chooses a file. */
  beside: ReactNode;
  isCompact?: boolean;
};

/** Where a file is dropped or chosen. */
export function DropArea({ words, help, accept, onFile, beside, isCompact = false }: Props) {
  const { t } = useWords();
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent, next: boolean): void => {
    event.preventDefault();
    setOver(next);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the buttons inside do the same
    <div
      className={classes.drop}
      data-over={isOver || undefined}
      data-compact={isCompact || undefined}
      onDragOver={(event) => over(event, true)}
      onDragLeave={(event) => over(event, false)}
      onDrop={(event) => {
        over(event, false);
        const [file] = event.dataTransfer.files;
        if (file) onFile(file);
      }}
    >
      <IconUpload size={24} stroke={1.5} aria-hidden />
      <span>{words}</span>
      <Group gap={8} justify="center">
        <FileButton {...(accept !== undefined && { accept })} onChange={(file) => file && onFile(file)}>
          {(props) => (
            <Button variant={isCompact ? 'default' : 'filled'} {...props}>
              {t('ui.chooseFile')}
            </Button>
          )}
        </FileButton>
        {beside}
      </Group>
      <span className="help">{help}</span>
    </div>
  );
}
