import type { z } from 'zod';
import {
  type assignment as assignmentSchema,
  getAssignment,
  removeAssignment,
  updateAssignment,
} from '../../contract/assignments.ts';
import { applyKey, getKey } from '../../contract/keys.ts';
import { applyRefusal } from '../../domain/key-rules.ts';
import { client, problemOf, queryClient } from '../api/client.ts';

export type Assignment = z.output<typeof assignmentSchema>;

const lists = ['assignments', 'keys', 'equipment', 'audit', 'products', 'licenses', 'home', 'pickKey'];

/** Every list that shows who has which key is read again. */
export async function afterAssignments(): Promise<void> {
  await Promise.all(lists.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
}

const tries = 3;

/** Tries again after a lost connection; a refusal is an answer. */
async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (problemOf(error) || left <= 1) throw error;
    }
  }
}

/** Removes a line. That it is gone already is well where it was I: an answer got lost, and this is the second try. */
export async function removeLine({ id }: Pick<Assignment, 'id'>, myId: string | undefined): Promise<void> {
  try {
    await withRetries(() => client.call(removeAssignment, { params: { id }, ifMatch: '*' }));
  } catch (error) {
    if (problemOf(error)?.code !== 'already_removed') throw error;
    const { removedBy } = await client.call(getAssignment, { params: { id } });
    if (removedBy?.id !== myId) throw error;
  }
}

/** Saves date and remarks of a line. */
export function editLine(line: Assignment, body: { appliedOn: string; remarks: string | null }): Promise<Assignment> {
  return withRetries(() => client.call(updateAssignment, { params: { id: line.id }, body, ifMatch: line.version }));
}

export type Back = {
  line: Assignment;
  /** Where the key was moved to, when it was. */
  moved?: Assignment | undefined;
  intent: string;
};

/** Applies the key of a removed line again, to the same unit and user: an ordinary application, recorded as one. */
export async function takeBack({ line, moved, intent }: Back, myId: string | undefined, today: string): Promise<void> {
  const { equipment, userName, remarks, key } = line;
  if (moved) {
    await requireUsable(key.id, today);
    await removeLine(moved, myId);
  }
  const body = {
    ...(equipment && { equipmentId: equipment.id }),
    ...(userName && { userName }),
    ...(remarks && { remarks }),
  };
  await withRetries(() => client.call(applyKey, { params: { id: key.id }, body, idempotencyKey: intent }));
}

/** A key that could not be applied again is left where it was moved to. */
async function requireUsable(id: string, today: string): Promise<void> {
  const key = await client.call(getKey, { params: { id } });
  const facts = { ...key, revoked: key.revokedAt !== null, seatsTaken: 0 };
  if (applyRefusal(facts, today)) throw new CannotComeBack(key.status);
}

export class CannotComeBack extends Error {}
