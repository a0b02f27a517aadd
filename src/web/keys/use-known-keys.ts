import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { createKeys } from '../../contract/keys.ts';
import { client, problemOf } from '../api/client.ts';
import { takenPlaces } from './batch.ts';
import { mostLines, type PastedLine } from './pasted-lines.ts';

/** The rehearsal is about the texts only: with a product and type that are never refused. */
const standIn = { productName: 'Keybook', keyType: 'permanent' } as const;

type Known = ReadonlyMap<string, boolean>;

/**
 * Which of the lines' keys are recorded already, by their loose form: asked by a rehearsal that writes nothing, once a
 * text, while somebody types. The answers live as long as the screen.
 */
export function useKnownKeys(lines: readonly PastedLine[]): { known: Known; tell: (more: Known) => void } {
  const [known, setKnown] = useState<Known>(new Map());
  const [settled] = useDebouncedValue(lines, 400);
  const tell = (more: Known): void => setKnown((before) => new Map([...before, ...more]));
  useEffect(() => {
    const open = settled
      .filter(({ key, repeats }) => key && repeats === undefined && !known.has(key.loose))
      .slice(0, mostLines);
    if (open.length === 0) return undefined;
    const abort = new AbortController();
    void rehearse(open, abort.signal).then((taken) => {
      if (!taken || abort.signal.aborted) return;
      const more = open.flatMap(({ key }, i) => (key ? [[key.loose, taken.has(i)] as const] : []));
      setKnown((before) => new Map([...before, ...more]));
    });
    return () => abort.abort();
  }, [settled, known]);
  return { known, tell };
}

/** The places of the texts that are recorded already; undefined where nothing could be learned. */
async function rehearse(lines: readonly PastedLine[], signal: AbortSignal): Promise<Set<number> | undefined> {
  try {
    const keys = lines.map(({ licenseKey }) => ({ ...standIn, licenseKey }));
    await client.call(createKeys, { query: { dryRun: 'true' }, body: { keys }, signal });
    return new Set();
  } catch (error) {
    return problemOf(error)?.code === 'license_key_taken' ? takenPlaces(error) : undefined;
  }
}
