import { useQuery } from '@tanstack/react-query';
import { listAudit } from '../../contract/audit.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import { callAny } from '../api/call-any.ts';
import { client } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';

/** What the record behind a filter is called; one that is gone is called so. */
export function useNameOf<Item>(
  list: string,
  get: Endpoint,
  id: string | undefined,
  nameOf: (item: Item) => string,
): string {
  const { t } = useWords();
  const found = useQuery({
    queryKey: [list, 'one', id],
    enabled: id !== undefined,
    retry: false,
    queryFn: ({ signal }) => callAny(get, { params: { id }, signal }),
  });
  if (found.isLoadingError) return t('audit.gone');
  // The list's own endpoint answers its items.
  return found.data === undefined ? '…' : nameOf(found.data as Item);
}

/** Everybody who stands in the log, by name. */
export function useUsers(): { value: string; label: string }[] {
  const groups = useQuery({
    queryKey: ['audit', 'groups', 'actorId'],
    staleTime: 60_000,
    queryFn: ({ signal }) => client.call(listAudit, { query: { groupBy: 'actorId' }, signal }),
  }).data?.groups;
  return (groups ?? []).map(({ value, label }) => ({ value: String(value ?? ''), label }));
}
