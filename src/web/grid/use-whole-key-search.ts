import { useState } from 'react';
import { lookupKeys } from '../../contract/keys.ts';
import { maskLicenseKey, mayBeLicenseKey, readsAsLicenseKey } from '../../domain/license-key.ts';
import { client, problemOf } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import type { ListAddress } from './list-address.ts';

export type SearchNotice = {
  words: string;
  /** Searches for the text all the same: it is no license key. */
  asText?: () => void;
};

/**
 * A whole license key typed into a list's search becomes the chip of the record that has it; its text goes in a body,
 * never into the address. Who may not look keys up searches for its last characters. A list without a filter for keys
 * has other numbers too, shorter ones: it asks where the text can hardly be one of those.
 */
export function useWholeKeySearch(address: ListAddress, keyFilter: string | undefined) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const [notice, setNotice] = useState<SearchNotice>();
  const asText = (text: string) => (): void => {
    setNotice(undefined);
    address.set({ q: text });
  };
  const lookUp = async (licenseKey: string, filter: string): Promise<void> => {
    try {
      const { items } = await client.call(lookupKeys, { body: { licenseKey } });
      if (items.length > 0) return address.set({ filters: { [filter]: items.map(({ id }) => id) }, q: undefined });
      setNotice({ words: t('grid.wholeKey.none'), asText: asText(licenseKey) });
    } catch (error) {
      setNotice({
        words: refusalWords(error, words),
        ...(problemOf(error)?.code === 'invalid' && { asText: asText(licenseKey) }),
      });
    }
  };
  /** Takes what was typed, where it may be a license key; false where it is searched for as it is. */
  const takeSearch = (text: string): boolean => {
    setNotice(undefined);
    if (keyFilter === undefined) {
      if (!readsAsLicenseKey(text)) return false;
      setNotice({ words: t('grid.wholeKey.notHere'), asText: asText(text) });
      return true;
    }
    if (!mayBeLicenseKey(text)) return false;
    if (may('keys.lookup')) void lookUp(text, keyFilter);
    else {
      const { tail } = maskLicenseKey(text);
      if (tail !== '') address.set({ q: tail });
      setNotice({ words: t('grid.wholeKey.lastOnly'), asText: asText(text) });
    }
    return true;
  };
  return { takeSearch, notice };
}
