import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { lookupKeys } from '../../contract/keys.ts';
import { maskLicenseKey, mayBeLicenseKey } from '../../domain/license-key.ts';
import { client, problemOf } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';

export type SearchNotice = {
  words: string;
  /** Searches for the text all the same: it is no license key. */
  asText?: () => void;
};

/**
 * A whole license key typed into the search becomes the chip of the record that has it; its text goes in a body, never
 * into the address. Who may not look keys up searches for its last characters.
 */
export function useWholeKeySearch() {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const [, setParams] = useSearchParams();
  const [notice, setNotice] = useState<SearchNotice>();
  const filter = (name: 'ids' | 'q', value: string): void =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const other of ['ids', 'q', 'page']) after.delete(other);
      after.set(name, value);
      return after;
    });
  const lookUp = async (licenseKey: string): Promise<void> => {
    try {
      const { items } = await client.call(lookupKeys, { body: { licenseKey } });
      if (items.length > 0) return filter('ids', items.map(({ id }) => id).join(','));
      setNotice({ words: t('keys.search.none'), asText: () => asText(licenseKey) });
    } catch (error) {
      setNotice({
        words: refusalWords(error, words),
        ...(problemOf(error)?.code === 'invalid' && { asText: () => asText(licenseKey) }),
      });
    }
  };
  const asText = (text: string): void => {
    setNotice(undefined);
    filter('q', text);
  };
  const takeSearch = (text: string): boolean => {
    setNotice(undefined);
    if (!mayBeLicenseKey(text)) return false;
    if (may('keys.lookup')) void lookUp(text);
    else {
      const { tail } = maskLicenseKey(text);
      if (tail !== '') filter('q', tail);
      setNotice({ words: t('keys.search.lastOnly', { tail }), asText: () => asText(text) });
    }
    return true;
  };
  return { takeSearch, notice };
}
