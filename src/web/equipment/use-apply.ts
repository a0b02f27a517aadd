import { applyKey } from '../../contract/keys.ts';
import { type Assignment, afterAssignments } from '../assignments/write-assignments.ts';
import { useVerb, type Verb } from '../verb/use-verb.ts';

export type Line = { keyId: string; appliedOn?: string; userName?: string; remarks?: string };

/** Applies a key to a unit. */
export function useApply(unitId: string, onApplied: (assignment: Assignment) => void): Verb<Line, Assignment> {
  return useVerb(
    (send, { keyId, ...rest }: Line) =>
      send(applyKey, { params: { id: keyId }, body: { equipmentId: unitId, ...rest } }),
    {
      onDone: (assignment) => {
        onApplied(assignment);
        void afterAssignments();
      },
    },
  );
}
