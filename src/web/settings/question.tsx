import { Text } from '@mantine/core';
import { queryClient } from '../api/client.ts';
import { useSubmit } from '../sign-in/use-submit.ts';
import { toast } from '../ui/toast.tsx';
import { FormDialog } from './form-dialog.tsx';

type Props = {
  title: string;
  body: string;
  verb: string;
  said: string;
  run: () => Promise<unknown>;
  close: () => void;
};

/** Asks before something that cannot be undone. */
export function Question({ title, body, verb, said, run, close }: Props) {
  const sending = useSubmit(async () => {
    await run();
    close();
    toast({ title: said });
    void queryClient.invalidateQueries();
  });
  return (
    <FormDialog title={title} verb={verb} isDanger sending={sending} close={close}>
      <Text>{body}</Text>
    </FormDialog>
  );
}
