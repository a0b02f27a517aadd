import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { listAttributes } from '../../contract/attributes.ts';
import type { AttributeDefinition, RecordType } from '../../domain/attributes.ts';
import { client } from '../api/client.ts';

/** The attributes an administrator has defined for a type of record, the archived ones left out. */
export function useAttributes(record: RecordType | undefined): readonly AttributeDefinition[] {
  const found = useQuery({
    queryKey: ['attributes'],
    enabled: record !== undefined,
    queryFn: () => client.call(listAttributes),
  }).data;
  return useMemo(
    () => (found?.items ?? []).filter((definition) => definition.recordType === record && !definition.archived),
    [found, record],
  );
}
