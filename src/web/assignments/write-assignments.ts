import type { z } from 'zod';
import { type assignment as assignmentSchema, getAssignment, removeAssignment } from '../../contract/assignments.ts';
import { applyKey, getKey } from '../../contract/keys.ts';
import { applyRefusal } from '../../domain/key-rules.ts';
import { client, problemOf, queryClient } from '../api/client.ts';
import type { Me } from '../api/me.ts';
import type { Send } from '../verb/send.ts';

export type Assignment = z.output<typeof assignmentSchema>;

const lists = ['assignments', 'keys', 'equipment', 'audit', 'products', 'licenses', 'home', 'pickKey'];

/** Every list that shows who has which key is read again. */
export async function afterAssignments(): Promise<void> {
  await Promise.all(lists.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
}

/** Removes a line. That it is gone already is well where it was I: an answer got lost, and this is the second try. */
export async function removeLine({ id }: Pick<Assignment, 'id'>, myId: string | undefined, send: Send): Promise<void> {
  try {
    await send(removeAssignment, { params: { id }, ifMatch: '*' });
  } catch (error) {
    if (problemOf(error)?.code !== 'already_removed') throw error;
    const { removedBy } = await client.call(getAssignment, { params: { id } });
    if (removedBy?.id !== myId) throw error;
  }
}

/** A line that comes back. */
export type Back = {
  line: Assignment;
  /** Where the key was moved to, when it was. */
  moved?: Assignment | undefined;
};

/** Applies the key of a removed line again, to the same unit and user: an ordinary application, recorded as one. */
export async function takeBack({ line, moved }: Back, me: Me, send: Send): Promise<void> {
  const { equipment, userName, remarks, key } = line;
  if (moved) {
    await requireUsable(key.id, me.today);
    await removeLine(moved, me.id, send);
  }
  const body = {
    ...(equipment && { equipmentId: equipment.id }),
    ...(userName && { userName }),
    ...(remarks && { remarks }),
  };
  await send(applyKey, { params: { id: key.id }, body });
}

/** A key that could not be applied again is left where it was moved to. */
async function requireUsable(id: string, today: string): Promise<void> {
  const key = await client.call(getKey, { params: { id } });
  const facts = { ...key, revoked: key.revokedAt !== null, seatsTaken: 0 };
  if (applyRefusal(facts, today)) throw new CannotComeBack(key.status);
}

export class CannotComeBack extends Error {}
