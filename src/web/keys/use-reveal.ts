import { useEffect, useState } from 'react';
import type { OutputOf } from '../../contract/endpoint.ts';
import { revealKey } from '../../contract/keys.ts';
import { queryClient } from '../api/client.ts';
import { giveFile } from '../ui/give-file.ts';
import { useVerb } from '../verb/use-verb.ts';

/** Seconds a license key stays in clear. */
export const shownFor = 30;

/** What was revealed: a text, also of a license file that is one, and the file. */
type Secret = { text?: string; file?: { name: string; bytes: Uint8Array<ArrayBuffer> } };

export type Reveal = {
  /** The license key, or the text of its file, while it is shown; kept nowhere else. */
  text: string | undefined;
  /** Seconds until it is hidden again. */
  left: number;
  /** When it was last revealed: that is in the audit log. */
  at: string | undefined;
  busy: boolean;
  copied: boolean;
  error: unknown;
  /** Shows it; a file that is no text is saved instead. */
  show: () => Promise<void>;
  copy: () => Promise<void>;
  /** Saves the license file. */
  save: () => Promise<void>;
  hide: () => void;
};

type State = { secret?: Secret; at?: string; copied?: boolean };

/** The secret of a key for thirty seconds. Every asking is recorded by the server before it answers. */
export function useReveal(keyId: string): Reveal {
  const [state, setState] = useState<State>({});
  const asking = useVerb((send) => send(revealKey, { params: { id: keyId } }), {
    onDone: () => {
      setState({ at: new Date().toISOString() });
      void queryClient.invalidateQueries({ queryKey: ['audit'] });
    },
  });
  const [left, setLeft] = useState(0);
  const { secret } = state;
  useEffect(() => {
    if (secret === undefined) return;
    const end = Date.now() + shownFor * 1000;
    setLeft(shownFor);
    const timer = setInterval(() => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      setLeft(Math.max(0, seconds));
      if (seconds <= 0) setState(hidden);
    }, 250);
    return () => clearInterval(timer);
  }, [secret]);
  const ask = async (): Promise<Secret | undefined> => {
    if (secret !== undefined) return secret;
    setState({});
    const answer = (await asking.run())?.result;
    return answer && secretOf(answer);
  };
  const show = async (): Promise<void> => {
    const answer = await ask();
    if (answer?.text !== undefined) setState((before) => ({ ...before, secret: answer }));
    else if (answer?.file) giveFile(answer.file.name, answer.file.bytes);
  };
  const copy = async (): Promise<void> => {
    const answer = await ask();
    if (answer?.text === undefined) return;
    const copied = await intoClipboard(answer.text);
    // What cannot be copied is shown, so that it can be typed.
    setState((before) => ({ ...before, copied, ...(!copied && { secret: answer }) }));
  };
  const save = async (): Promise<void> => {
    const answer = await ask();
    if (answer?.file) giveFile(answer.file.name, answer.file.bytes);
  };
  const hide = (): void => setState(hidden);
  const { at, copied = false } = state;
  const { busy, error } = asking;
  return { text: secret?.text, left, at, busy, copied, error, show, copy, save, hide };
}

function hidden({ at }: State): State {
  return at === undefined ? {} : { at };
}

function secretOf(answer: OutputOf<typeof revealKey>): Secret {
  if ('licenseKey' in answer) return { text: answer.licenseKey };
  const { name, content } = answer.licenseFile;
  const bytes = Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0));
  const text = textOf(bytes);
  return { file: { name: name ?? 'license.txt', bytes }, ...(text !== undefined && { text }) };
}

/** A text has none of these. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** The lines of a file that is a text; undefined of any other. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const lines = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
    return control.test(lines) ? undefined : lines;
  } catch {
    return undefined;
  }
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
