import { Alert, Button, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { refusalWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import classes from './keys.module.css';

type Props = {
  title: string;
  verb: string;
  /** It cannot be undone. */
  isDanger?: boolean;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onRun: () => void;
  /** Beside a refusal: the way on. */
  next?: ReactNode;
  /** Beside the verb: another way to the same end. */
  instead?: ReactNode;
  /** Nothing need be typed: the safe button has the focus. */
  isQuestion?: boolean;
  canRun?: boolean;
  children: ReactNode;
};

/** A verb that needs more than a click: the title asks, the body says what follows, the button repeats the verb. */
export function VerbDialog(props: Props) {
  const { title, verb, isDanger = false, busy, error, onClose, onRun, next, instead, isQuestion, children } = props;
  const words = useWords();
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': words.t('keys.close') }}>
      <form
        className={classes.dialog}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // A dialog drawn inside another form is no part of it.
          event.stopPropagation();
          onRun();
        }}
      >
        {children}
        {error !== undefined && (
          <Alert color="red" variant="light" role="alert">
            {refusalWords(error, words)}
            {next && <div className={classes.next}>{next}</div>}
          </Alert>
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose} data-autofocus={isQuestion || undefined}>
            {words.t('keys.cancel')}
          </Button>
          {instead}
          <Button
            type="submit"
            loading={busy}
            disabled={props.canRun === false}
            {...(isDanger && { color: 'var(--kb-danger-button)', c: 'var(--kb-danger-button-text)' })}
          >
            {verb}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
