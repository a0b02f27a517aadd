import { useRef, useState } from 'react';
import { faultAt, refusalWords } from '../ui/refusal-words.ts';
import { type Toast, toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import { type Send, sender } from './send.ts';

type Options<Given, Result> = {
  /** What happens once it is done. The verb is busy until then. */
  onDone?: (result: Result, given: Given) => unknown;
  /** Said once it is done; with an action that takes it back, where one can. */
  said?: string | ((result: Result, given: Given) => Toast);
  /** For a verb without a place of its own on the screen: refusals are said in a toast, under this title where there is one. */
  refusals?: 'toast' | { title: string };
};

export type Verb<Given, Result = unknown> = {
  /** Does it, once at a time. Answers what came of it, or undefined where it was refused or is under way already. */
  run: (given: Given) => Promise<{ result: Result } | undefined>;
  busy: boolean;
  /** What is being done, while it is. */
  given: Given | undefined;
  /** An answer was lost, and it is being sent again. */
  isAgain: boolean;
  error: unknown;
  /** What is wrong with a field, in the reader's language. */
  faultOf: (field: string) => string | undefined;
  /** Forgets the refusal. */
  forget: () => void;
};

/**
 * What somebody does on a screen: it sends through the `send` that it is given, so that a lost answer is asked for again
 * and nothing is done twice; a refusal stays to be read until the next try.
 */
export function useVerb<Given = void, Result = unknown>(
  work: (send: Send, given: Given) => Promise<Result>,
  options: Options<Given, Result> = {},
): Verb<Given, Result> {
  const words = useWords();
  const [now, setNow] = useState<{ given: Given; isAgain: boolean }>();
  const [error, setError] = useState<unknown>();
  const isBusy = useRef(false);
  // A toast may run the verb long after the screen was drawn that it was taken from.
  const latest = useRef({ work, options });
  latest.current = { work, options };
  const refuse = (refused: unknown): void => {
    const { refusals } = latest.current.options;
    setError(refused);
    const why = refusalWords(refused, words);
    if (refusals === 'toast') toast({ title: why, refused: true });
    else if (refusals) toast({ ...refusals, body: why, refused: true });
  };
  const run = async (given: Given): Promise<{ result: Result } | undefined> => {
    // A second press may come before the button shows that it was pressed.
    if (isBusy.current) return undefined;
    isBusy.current = true;
    setNow({ given, isAgain: false });
    setError(undefined);
    const onAgain = (): void => {
      setNow({ given, isAgain: true });
      if (latest.current.options.refusals !== undefined) toast({ title: words.t('verb.again') });
    };
    try {
      const result = await latest.current.work(sender({ onAgain }), given);
      const { said, onDone } = latest.current.options;
      if (said !== undefined) toast(typeof said === 'string' ? { title: said } : said(result, given));
      await onDone?.(result, given);
      return { result };
    } catch (refused) {
      refuse(refused);
      return undefined;
    } finally {
      isBusy.current = false;
      setNow(undefined);
    }
  };
  return {
    run,
    busy: now !== undefined,
    given: now?.given,
    isAgain: now?.isAgain ?? false,
    error,
    faultOf: (field) => faultAt(error, field, words),
    forget: () => setError(undefined),
  };
}
