import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { type Texts, withTexts } from './form-texts.ts';
import type { Verb } from './use-verb.ts';
import { VerbNotice } from './verb-notice.tsx';

type Props = {
  title: string;
  /** What the button says. */
  word: string;
  verb: Pick<Verb<never>, 'busy' | 'isAgain' | 'error'>;
  /** It cannot be undone. */
  isDanger?: boolean;
  onClose: () => void;
  onRun: (texts: Texts) => unknown;
  /** Beside a refusal: the way on. */
  next?: ReactNode;
  /** Beside the verb: another way to the same end. */
  instead?: ReactNode;
  /** Nothing need be typed: the safe button has the focus. */
  isQuestion?: boolean;
  /** It stands over another dialog. */
  isOverAll?: boolean;
  /** Why it cannot be done yet. */
  why?: string | undefined;
  children: ReactNode;
};

/** A verb that needs more than a click: the title asks, the body says what follows, the button repeats the verb. */
export function VerbDialog(props: Props) {
  const { title, word, verb, isDanger = false, onClose, onRun, next, instead, isQuestion = false, why } = props;
  const { t } = useWords();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={isQuestion ? 'md' : 'lg'}
      {...(props.isOverAll && { zIndex: 400 })}
    >
      <form noValidate onSubmit={withTexts((texts) => why === undefined && onRun(texts))}>
        <Stack gap={16}>
          {props.children}
          <VerbNotice verb={verb} next={next} />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose} data-autofocus={isQuestion || undefined}>
              {t('verb.cancel')}
            </Button>
            {instead}
            {why === undefined ? (
              <Button
                type="submit"
                loading={verb.busy}
                {...(isDanger && { color: 'var(--kb-danger-button)', c: 'var(--kb-danger-button-text)' })}
              >
                {word}
              </Button>
            ) : (
              <VerbButton why={why} onClick={() => undefined}>
                {word}
              </VerbButton>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
