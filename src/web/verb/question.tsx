import { Text } from '@mantine/core';
import { readAnew } from '../api/client.ts';
import type { Send } from './send.ts';
import { useVerb } from './use-verb.ts';
import { VerbDialog } from './verb-dialog.tsx';

type Props = { title: string; body: string; word: string; said: string; close: () => void };

/** Asks before something that cannot be undone. */
export function Question({ run, close, said, body, ...dialog }: Props & { run: (send: Send) => Promise<unknown> }) {
  const onDone = (): void => {
    close();
    readAnew();
  };
  const verb = useVerb((send) => run(send), { said, onDone });
  return (
    <VerbDialog {...dialog} verb={verb} isDanger isQuestion onClose={close} onRun={() => verb.run()}>
      <Text>{body}</Text>
    </VerbDialog>
  );
}
