import { type FormEvent, useState } from 'react';

/** A form that is sent once at a time; `fields` are its texts by name. */
export function useSubmit(send: (fields: (name: string) => string) => Promise<void>) {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const run = async (form: FormData): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await send((name) => String(form.get(name) ?? ''));
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    event.stopPropagation();
    if (!busy) void run(new FormData(event.currentTarget));
  };
  return { error, busy, onSubmit };
}
