import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { getKey } from '../../contract/keys.ts';
import { client, queryClient } from '../api/client.ts';
import { afterAssignments } from '../assignments/write-assignments.ts';
import type { Key } from './key-kind.tsx';

const queryKeyOf = (id: string) => ['keys', 'record', id];

/** One key; read again whenever its page is opened. */
export function useKey(id: string | undefined): UseQueryResult<Key> {
  return useQuery({
    queryKey: queryKeyOf(id ?? ''),
    enabled: id !== undefined,
    queryFn: ({ signal }) => client.call(getKey, { params: { id: id ?? '' }, signal }),
    refetchOnMount: 'always',
  });
}

/** The newest state of a key, after somebody else has changed it. */
export async function readKeyAgain(id: string): Promise<Key> {
  const key = await client.call(getKey, { params: { id } });
  queryClient.setQueryData(queryKeyOf(id), key);
  return key;
}

/** A key was written: its page shows the answer at once, and every list that shows keys is read again. */
export async function afterKeys(...written: Key[]): Promise<void> {
  for (const key of written) queryClient.setQueryData(queryKeyOf(key.id), key);
  await afterAssignments();
}
