import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { applyKey } from '../../contract/keys.ts';
import { client, newIntent } from '../api/client.ts';
import { type Assignment, afterAssignments } from '../assignments/write-assignments.ts';

export type Line = { keyId: string; appliedOn?: string; userName?: string; remarks?: string };

/** Applies a key to a unit. A retry after a lost answer is the same intent, another line is another. */
export function useApply(unitId: string, onApplied: (assignment: Assignment) => void) {
  const intent = useRef({ of: '', name: newIntent() });
  return useMutation({
    mutationFn: ({ keyId, ...rest }: Line) => {
      const body = { equipmentId: unitId, ...rest };
      const of = JSON.stringify([keyId, body]);
      if (intent.current.of !== of) intent.current = { of, name: newIntent() };
      return client.call(applyKey, { params: { id: keyId }, body, idempotencyKey: intent.current.name });
    },
    onSuccess: (assignment) => {
      intent.current = { of: '', name: newIntent() };
      onApplied(assignment);
      void afterAssignments();
    },
  });
}
