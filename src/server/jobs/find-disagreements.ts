import { sql } from 'kysely';
import type { z } from 'zod';
import type { finding } from '../../contract/jobs.ts';
import type { ReadDb } from '../../db/open.ts';

/** Something of keys and assignments that disagrees. `detail` names nothing but ids and numbers. */
export type Disagreement = Omit<z.output<typeof finding>, 'mended'>;

/** Everything the consistency check knows to look for (C9), each kind in one statement, so that it sees one moment. */
export async function findDisagreements(db: ReadDb): Promise<Disagreement[]> {
  return [
    ...(await seatsThatDisagree(db)),
    ...(await assignmentsWithoutKey(db)),
    ...(await assignmentsWithoutEquipment(db)),
    ...(await duplicateAssignments(db)),
  ];
}

async function seatsThatDisagree(db: ReadDb): Promise<Disagreement[]> {
  const rows = await db
    .selectFrom('key as k')
    .leftJoin(
      (from) =>
        from
          .selectFrom('assignment')
          .select(['key_id', sql<number>`count(*)`.as('count')])
          .where('removed_at', 'is', null)
          .groupBy('key_id')
          .as('a'),
      (join) => join.onRef('a.key_id', '=', 'k.id'),
    )
    .select(['k.id', 'k.seats', 'k.seats_taken', sql<number>`coalesce(a.count, 0)`.as('active')])
    .where((eb) =>
      eb.or([
        eb('k.seats_taken', '<>', sql<number>`coalesce(a.count, 0)`),
        eb('k.seats', '<', sql<number>`coalesce(a.count, 0)`),
        eb('k.seats_taken', '>', eb.ref('k.seats')),
      ]),
    )
    .orderBy('k.id')
    .execute();
  return rows.map(({ id, seats, seats_taken, active }) => ({
    kind: 'seatsDisagree',
    keyId: id,
    assignmentId: null,
    detail: `The key says that ${seats_taken} of its ${seats} seats are taken; it has ${active} active assignments.`,
  }));
}

/** Past assignments as well: none may point to a key that is not there. */
async function assignmentsWithoutKey(db: ReadDb): Promise<Disagreement[]> {
  const rows = await db
    .selectFrom('assignment as a')
    .leftJoin('key as k', 'k.id', 'a.key_id')
    .select(['a.id', 'a.key_id'])
    .where('k.id', 'is', null)
    .orderBy('a.id')
    .execute();
  return rows.map(({ id, key_id }) => ({
    kind: 'assignmentWithoutKey',
    keyId: key_id,
    assignmentId: id,
    detail: 'Its key does not exist.',
  }));
}

async function assignmentsWithoutEquipment(db: ReadDb): Promise<Disagreement[]> {
  const rows = await db
    .selectFrom('assignment as a')
    .innerJoin('key as k', 'k.id', 'a.key_id')
    .leftJoin('equipment as e', 'e.id', 'a.equipment_id')
    .select(['a.id', 'a.key_id', 'a.equipment_id'])
    .where('a.equipment_id', 'is not', null)
    .where('e.id', 'is', null)
    .orderBy('a.id')
    .execute();
  return rows.map(({ id, key_id, equipment_id }) => ({
    kind: 'assignmentWithoutEquipment',
    keyId: key_id,
    assignmentId: id,
    detail: `Its unit ${equipment_id} does not exist.`,
  }));
}

/** Active assignments that stand where an earlier one of the same key stands: on its seat, or on its unit. */
async function duplicateAssignments(db: ReadDb): Promise<Disagreement[]> {
  const rows = await db
    .selectFrom((from) =>
      from
        .selectFrom('assignment as a')
        .innerJoin('key as k', 'k.id', 'a.key_id')
        .select(['a.id', 'a.key_id', 'a.seat', 'a.equipment_id'])
        .select([
          sql<number>`row_number() over (partition by a.key_id, a.seat order by a.applied_on, a.applied_at, a.id)`.as(
            'on_seat',
          ),
          sql<number>`row_number() over (partition by a.key_id, a.equipment_id order by a.applied_on, a.applied_at, a.id)`.as(
            'on_unit',
          ),
        ])
        .where('a.removed_at', 'is', null)
        .as('d'),
    )
    .selectAll()
    .where((eb) => eb.or([eb('on_seat', '>', 1), eb.and([eb('on_unit', '>', 1), eb('equipment_id', 'is not', null)])]))
    .orderBy('id')
    .execute();
  return rows.map(({ id, key_id, seat, equipment_id, on_unit }) => ({
    kind: 'duplicateAssignment',
    keyId: key_id,
    assignmentId: id,
    detail:
      equipment_id !== null && on_unit > 1
        ? `The key is on unit ${equipment_id} already.`
        : `Seat ${seat} of the key is taken already.`,
  }));
}
