import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import type { Endpoint } from '../../contract/endpoint.ts';
import { callAny } from '../api/call-any.ts';
import { Failure } from '../ui/part-failed.tsx';

type Props<Item> = { name: string; get: Endpoint; show: (record: Item | undefined) => ReactNode };

/** The record of the address /NAME/ID; `new` is one that is not there yet. */
export function OpenedRecord<Item>({ name, get, show }: Props<Item>) {
  const { id = 'new' } = useParams();
  const isNew = id === 'new';
  const found = useQuery({
    queryKey: [name, 'one', id],
    enabled: !isNew,
    // A record's endpoint answers the record.
    queryFn: async ({ signal }) => (await callAny(get, { params: { id }, signal })) as Item,
  });
  if (found.isLoadingError) return <Failure isScreen error={found.error} again={() => void found.refetch()} />;
  if (!isNew && found.data === undefined) return null;
  return show(isNew ? undefined : found.data);
}
