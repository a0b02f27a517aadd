import { useEffect, useState } from 'react';
import { revealKey } from '../../contract/keys.ts';
import { queryClient } from '../api/client.ts';
import { useVerb } from '../verb/use-verb.ts';

/** Seconds a license key stays in clear. */
export const shownFor = 30;

export type Reveal = {
  /** The license key while it is shown; kept nowhere else. */
  text: string | undefined;
  /** Seconds until it is hidden again. */
  left: number;
  /** When it was last revealed: that is in the audit log. */
  at: string | undefined;
  busy: boolean;
  copied: boolean;
  error: unknown;
  show: () => Promise<void>;
  copy: () => Promise<void>;
  hide: () => void;
};

/** The text of a key for thirty seconds. Every asking is recorded by the server before it answers. */
export function useReveal(keyId: string): Reveal {
  const [state, setState] = useState<{ text?: string; at?: string; copied?: boolean }>({});
  const asking = useVerb((send) => send(revealKey, { params: { id: keyId } }), {
    onDone: () => {
      setState({ at: new Date().toISOString() });
      void queryClient.invalidateQueries({ queryKey: ['audit'] });
    },
  });
  const [left, setLeft] = useState(0);
  const { text } = state;
  useEffect(() => {
    if (text === undefined) return;
    const end = Date.now() + shownFor * 1000;
    setLeft(shownFor);
    const timer = setInterval(() => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      setLeft(Math.max(0, seconds));
      if (seconds <= 0) setState(({ at }) => (at === undefined ? {} : { at }));
    }, 250);
    return () => clearInterval(timer);
  }, [text]);
  const ask = async (): Promise<string | undefined> => {
    if (text !== undefined) return text;
    setState({});
    return (await asking.run())?.result.licenseKey;
  };
  const show = async (): Promise<void> => {
    const answer = await ask();
    if (answer !== undefined) setState((before) => ({ ...before, text: answer }));
  };
  const copy = async (): Promise<void> => {
    const answer = await ask();
    if (answer === undefined) return;
    const copied = await intoClipboard(answer);
    // What cannot be copied is shown, so that it can be typed.
    setState((before) => ({ ...before, copied, ...(!copied && { text: answer }) }));
  };
  const hide = (): void => setState(({ at }) => (at === undefined ? {} : { at }));
  const { at, copied = false } = state;
  const { busy, error } = asking;
  return { text, left, at, busy, copied, error, show, copy, hide };
}

/** Browsers give the clipboard to pages over HTTPS only. */
async function intoClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
