import { useQuery } from '@tanstack/react-query';
import { listAssignments } from '../../contract/assignments.ts';
import { listKeys } from '../../contract/keys.ts';
import { maxLimit } from '../../contract/list.ts';
import { client } from '../api/client.ts';
import type { Assignment } from '../assignments/write-assignments.ts';
import type { Key } from '../keys/key-kind.tsx';

export type UnitLine = { assignment: Assignment; key: Key | undefined };

/** The keys on a unit now, oldest first, each with what is known of the key itself. */
export function useUnitLines(equipmentId: string) {
  return useQuery({
    queryKey: ['assignments', 'unit', equipmentId],
    queryFn: async ({ signal }): Promise<{ lines: UnitLine[]; total: number }> => {
      const query = { equipmentId, limit: String(maxLimit) };
      const [assignments, keys] = await Promise.all([
        client.call(listAssignments, { query: { ...query, sort: 'appliedOn,appliedAt' }, signal }),
        client.call(listKeys, { query, signal }),
      ]);
      const byId = new Map((keys.items ?? []).map((key) => [key.id, key]));
      const lines = (assignments.items ?? []).map((assignment) => ({
        assignment,
        key: byId.get(assignment.key.id),
      }));
      return { lines, total: assignments.total };
    },
  });
}
