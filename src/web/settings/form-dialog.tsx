import { Button, Group, Modal, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Refusal } from '../ui/refusal.tsx';
import { useWords } from '../words/use-words.ts';

type Props = {
  title: string;
  verb: string;
  isDanger?: boolean;
  sending: { error: unknown; busy: boolean; onSubmit: (event: FormEvent<HTMLFormElement>) => void };
  close: () => void;
  children: ReactNode;
};

/** A form or a question over the settings: the button repeats the verb. */
export function FormDialog({ title, verb, isDanger = false, sending, close, children }: Props) {
  const { t } = useWords();
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('settings.cancel') }}>
      <form onSubmit={sending.onSubmit}>
        <Stack gap={12}>
          <Refusal error={sending.error} />
          {children}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={close} data-autofocus={isDanger || undefined}>
              {t('settings.cancel')}
            </Button>
            <Button
              type="submit"
              loading={sending.busy}
              {...(isDanger && { color: 'var(--kb-danger-button)', c: 'var(--kb-danger-button-text)' })}
            >
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
