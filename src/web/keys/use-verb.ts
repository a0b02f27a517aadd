import { useRef, useState } from 'react';
import { newIntent, problemOf } from '../api/client.ts';
import { faultAt } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';

export type Verb<Body> = {
  run: (body: Body) => Promise<void>;
  busy: boolean;
  error: unknown;
  /** What is wrong with a field, in the reader's language. */
  faultOf: (field: string) => string | undefined;
};

/** One verb of a dialog: sent again unchanged after a lost connection it acts once; a refusal stays to be read. */
export function useVerb<Body, Result>(
  send: (body: Body, intent: string) => Promise<Result>,
  done: (result: Result) => void,
): Verb<Body> {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const last = useRef<{ body: string; intent: string }>(undefined);
  const run = async (body: Body): Promise<void> => {
    if (busy) return;
    const text = JSON.stringify(body);
    if (last.current?.body !== text) last.current = { body: text, intent: newIntent() };
    setBusy(true);
    setError(undefined);
    try {
      done(await send(body, last.current.intent));
    } catch (refused) {
      if (problemOf(refused)) last.current = undefined;
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  const faultOf = (field: string): string | undefined => faultAt(error, field, words);
  return { run, busy, error, faultOf };
}
