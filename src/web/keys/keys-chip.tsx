import { useQuery } from '@tanstack/react-query';
import { listKeys } from '../../contract/keys.ts';
import { decodeFilter } from '../../contract/list.ts';
import { client } from '../api/client.ts';
import { MaskedKey } from '../ui/masked-key.tsx';
import { useWords } from '../words/use-words.ts';

/** The keys a list is limited to: one by its mask, several by number. */
export function KeysChip({ value }: { value: string }) {
  const { t, number } = useWords();
  const ids = decodeFilter(value);
  const [only] = ids;
  const found = useQuery({
    queryKey: ['keys', 'chip', only],
    enabled: ids.length === 1,
    queryFn: ({ signal }) => client.call(listKeys, { query: { ids: only, limit: 1 }, signal }),
  }).data?.items;
  if (ids.length > 1) return t('keys.chip', { count: ids.length, number: number(ids.length) });
  return found?.[0] ? <MaskedKey mask={found[0].maskedKey} short /> : '…';
}
