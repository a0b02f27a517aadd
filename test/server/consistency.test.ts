import { type Insertable, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { AssignmentTable } from '../../src/db/tables.ts';
import { newId } from '../../src/server/ids.ts';
import { seedKeys, seedUnits } from '../harness/seed.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

/** What keeps normal operation from ever making a disagreement: each is taken away here, and put back after mending. */
const guards = {
  sqlite: {
    drop: [
      'PRAGMA foreign_keys = OFF',
      'PRAGMA ignore_check_constraints = ON',
      'DROP INDEX assignment_one_per_seat',
      'DROP INDEX assignment_once_per_unit',
    ],
    beforeMending: ['PRAGMA foreign_keys = ON', 'PRAGMA ignore_check_constraints = OFF'],
    restore: [],
  },
  postgres: {
    drop: [
      'ALTER TABLE assignment DROP CONSTRAINT assignment_key_id_fkey',
      'ALTER TABLE assignment DROP CONSTRAINT assignment_equipment_id_fkey',
      'ALTER TABLE "key" DROP CONSTRAINT key_seats_bounded',
      'DROP INDEX assignment_one_per_seat',
      'DROP INDEX assignment_once_per_unit',
    ],
    beforeMending: [],
    restore: [
      'ALTER TABLE assignment ADD FOREIGN KEY (key_id) REFERENCES "key" (id)',
      'ALTER TABLE assignment ADD FOREIGN KEY (equipment_id) REFERENCES equipment (id)',
      'ALTER TABLE "key" ADD CHECK (seats_taken >= 0 AND seats_taken <= seats)',
    ],
  },
};
const indexes = [
  'CREATE UNIQUE INDEX assignment_one_per_seat ON assignment (key_id, seat) WHERE removed_at IS NULL',
  `CREATE UNIQUE INDEX assignment_once_per_unit ON assignment (key_id, equipment_id) WHERE removed_at IS NULL
     AND equipment_id IS NOT NULL`,
];

async function run({ database }: World, statements: string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database.admin);
}

type Raw = Partial<Insertable<AssignmentTable>> & { key_id: string; seat: number };

/** Puts an assignment into the table past every rule. */
async function plant(world: World, row: Raw): Promise<string> {
  const id = newId(world.app);
  const applied_on = row.applied_on ?? '2026-11-20';
  const texts = { user_name: '', user_f: '', remarks: '', remarks_f: '' };
  const by = { applied_by: world.adminId, applied_at: `${applied_on}T10:00:00.000Z` };
  await world.database.admin
    .insertInto('assignment')
    .values({ id, applied_on, customer_id: world.houseId, ...texts, ...by, ...row })
    .execute();
  return id;
}

type Found = { kind: string; keyId: string | null; assignmentId: string | null; mended: boolean };
const brief = ({ kind, keyId, assignmentId, mended }: Found) => [kind, keyId, assignmentId, mended].join(' ');

async function actionsSince({ database }: World, size: number) {
  const rows = await database.read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.action', 'e.subject', 'e.key_id', 'e.equipment_id', 'p.body'])
    .where('e.idx', '>=', size)
    .orderBy('e.idx')
    .execute();
  return rows.map(({ body, ...row }) => ({ ...row, details: JSON.parse(body) }));
}

async function logSize({ database }: World): Promise<number> {
  return (await database.read.selectFrom('audit_head').select('size').executeTakeFirstOrThrow()).size;
}

async function rowsOf({ database }: World) {
  const keys = await database.read.selectFrom('key').selectAll().orderBy('id').execute();
  const assignments = await database.read.selectFrom('assignment').selectAll().orderBy('id').execute();
  return { keys, assignments };
}

describe.each(engines)('the consistency check on %s', async (engine) => {
  const world = await newWorld(engine);
  const technician = await world.tokenFor('technician');
  const limited = await world.tokenFor('administrator', [world.houseId]);

  it('C9: normal operation leaves nothing to be found', async () => {
    const [key = ''] = await seedKeys(world, 1, () => ({ seats: 3 }));
    const units = await seedUnits(world, ['PC-1', 'PC-2']);
    for (const equipmentId of units) await world.admin('POST', `/keys/${key}/assignments`, { equipmentId });
    const gone = await world.admin('POST', `/keys/${key}/assignments`, { userName: 'Anna Berg' });
    await world.admin('DELETE', `/assignments/${gone.body.id}`, undefined, { 'if-match': '*' });
    const check = await world.admin('POST', '/consistency-checks', { mend: true });
    expect(check.status).toBe(201);
    expect(check.body).toMatchObject({ findings: [], mended: 0, actor: { name: 'Ada Admin' } });
    expect((await world.admin('GET', '/consistency-checks')).body.items[0]).toEqual(check.body);
  });

  it('P1: checks and mends for an administrator of all customers only', async () => {
    expect((await technician('POST', '/consistency-checks', {})).status).toBe(403);
    expect((await limited('POST', '/consistency-checks', {})).status).toBe(403);
    expect((await limited('GET', '/consistency-checks')).status).toBe(403);
  });

  it('C8, C9: finds a key whose seats and assignments disagree, an assignment without a key or unit and duplicates, mends them all and records it', async () => {
    await run(world, guards[engine].drop);
    const scene = sceneFor(world, await seedUnits(world, ['PC-A', 'PC-B']));
    const planted: Planted[] = [];
    for (const each of cases) planted.push(await each(scene));
    const expected = planted.flatMap((one) => one.expected);
    await run(world, guards[engine].beforeMending);

    const before = await rowsOf(world);
    const looked = await world.admin('POST', '/consistency-checks');
    expect(looked.body.findings.map(brief).sort()).toEqual(expected.map((one) => `${one} false`).sort());
    expect(await rowsOf(world)).toEqual(before);

    const size = await logSize(world);
    const mended = await world.admin('POST', '/consistency-checks', { mend: true });
    expect(mended.body.findings.map(brief).sort()).toEqual(expected.map((one) => `${one} true`).sort());
    expect(mended.body.mended).toBe(expected.length);
    const again = await world.admin('POST', '/consistency-checks');
    expect(again.body.findings).toEqual([]);

    await run(world, [...indexes, ...guards[engine].restore]);
    if (engine === 'sqlite') {
      const faults = await sql`PRAGMA foreign_key_check`.execute(world.database.admin);
      const integrity = await sql`PRAGMA integrity_check`.execute(world.database.admin);
      expect([faults.rows, integrity.rows]).toEqual([[], [{ integrity_check: 'ok' }]]);
    }
    const entries = await actionsSince(world, size);
    expect(entries[0]).toMatchObject({
      action: 'consistency.completed',
      subject: `consistencyCheck:${mended.body.id}`,
    });
    for (const one of planted) await one.judge(entries);
  });
});

type Entries = Awaited<ReturnType<typeof actionsSince>>;
/** What one planted disagreement must be found as, and what must have become of it. */
type Planted = { expected: string[]; judge: (entries: Entries) => Promise<void> };

/** What the cases below plant with: a key of their own, and two units. */
function sceneFor(world: World, [a = '', b = '']: string[]) {
  return {
    world,
    a,
    b,
    db: world.database.admin,
    key: async (seats: number): Promise<string> => (await seedKeys(world, 1, () => ({ seats })))[0] ?? '',
    apply: async (key: string, body: object): Promise<string> =>
      (await world.admin('POST', `/keys/${key}/assignments`, body)).body.id,
    setTaken: (id: string, seats_taken: number) =>
      world.database.admin.updateTable('key').set({ seats_taken }).where('id', '=', id).execute(),
    /** The seats taken, then seat and id of each active assignment. */
    active: async (id: string): Promise<unknown[]> => {
      const { body } = await world.admin('GET', `/keys/${id}`);
      return [body.seatsTaken, ...body.assignments.map((one: { id: string; seat: number }) => `${one.seat} ${one.id}`)];
    },
  };
}

type Scene = ReturnType<typeof sceneFor>;
const removed = { removed_on: '2026-11-20', removed_at: '2026-11-20T10:00:00.000Z' };
const anna = { user_name: 'Anna Berg', user_f: 'anna berg' };
const of = (entries: Entries, keyId: string): Entries => entries.filter((entry) => entry.key_id === keyId);

async function miscounted({ key, apply, setTaken, active }: Scene): Promise<Planted> {
  const [tooMany, overfull] = [await key(3), await key(1)];
  await apply(tooMany, { userName: 'Anna Berg' });
  await setTaken(tooMany, 3);
  await setTaken(overfull, 7);
  return {
    expected: [`seatsDisagree ${tooMany} `, `seatsDisagree ${overfull} `],
    judge: async (entries) => {
      expect((await active(tooMany))[0]).toBe(1);
      expect(await active(overfull)).toEqual([0]);
      expect(of(entries, tooMany)).toMatchObject([
        { action: 'key.mended', details: { changes: { seatsTaken: { old: 3, new: 1 } } } },
      ]);
      expect(of(entries, overfull)).toMatchObject([
        { action: 'key.mended', details: { changes: { seatsTaken: { old: 7, new: 0 } } } },
      ]);
    },
  };
}

async function withoutKey({ world, db, key, apply, a }: Scene): Promise<Planted> {
  const lost = await key(1);
  const orphans = [
    await apply(lost, { equipmentId: a }),
    await plant(world, { key_id: lost, seat: 1, ...anna, ...removed }),
  ];
  await db.deleteFrom('key').where('id', '=', lost).execute();
  return {
    expected: orphans.map((id) => `assignmentWithoutKey ${lost} ${id}`),
    judge: async (entries) => {
      for (const id of orphans) {
        const recorded = entries.filter((entry) => entry.subject === `assignment:${id}`);
        expect(recorded).toMatchObject([
          { action: 'assignment.deleted', key_id: null, details: { mended: true, missingKey: lost } },
        ]);
      }
      expect(await db.selectFrom('assignment').select('id').where('id', 'in', orphans).execute()).toEqual([]);
    },
  };
}

async function withoutUnit({ world, db, key, apply, active, setTaken }: Scene): Promise<Planted> {
  const id = await key(3);
  const [gone = ''] = await seedUnits(world, ['PC-GONE']);
  const unheld = await apply(id, { equipmentId: gone });
  const annas = await plant(world, { key_id: id, seat: 2, equipment_id: 'no-unit', ...anna });
  const past = await plant(world, { key_id: id, seat: 3, equipment_id: gone, ...removed });
  await setTaken(id, 2);
  await db.deleteFrom('equipment').where('id', '=', gone).execute();
  return {
    expected: [unheld, annas, past].map((one) => `assignmentWithoutEquipment ${id} ${one}`),
    judge: async (entries) => {
      expect(await active(id)).toEqual([1, `2 ${annas}`]);
      expect((await world.admin('GET', `/keys/${id}`)).body.userName).toBe('Anna Berg');
      const recorded = of(entries, id).map(({ action, subject }) => `${action} ${subject}`);
      expect(recorded.sort()).toEqual([
        ...[unheld, past].map((one) => `assignment.deleted assignment:${one}`).sort(),
        `assignment.updated assignment:${annas}`,
        `key.mended key:${id}`,
      ]);
    },
  };
}

async function onOneSeatWithAnotherFree({ world, key, apply, active, a, b }: Scene): Promise<Planted> {
  const id = await key(2);
  const first = await apply(id, { equipmentId: a, appliedOn: '2026-11-01' });
  const second = await plant(world, { key_id: id, seat: 1, equipment_id: b });
  return {
    expected: [`seatsDisagree ${id} `, `duplicateAssignment ${id} ${second}`],
    judge: async (entries) => {
      expect(await active(id)).toEqual([2, `1 ${first}`, `2 ${second}`]);
      expect(of(entries, id)).toMatchObject([
        { action: 'key.mended', details: { moved: [{ assignment: second, from: 1, seat: 2 }] } },
      ]);
    },
  };
}

async function onTheOnlySeat({ world, key, apply, active, a, b }: Scene): Promise<Planted> {
  const id = await key(1);
  const late = await apply(id, { equipmentId: a, appliedOn: '2026-11-10' });
  const early = await plant(world, { key_id: id, seat: 1, equipment_id: b, applied_on: '2026-11-01' });
  return {
    expected: [`seatsDisagree ${id} `, `duplicateAssignment ${id} ${late}`],
    judge: async (entries) => {
      expect(await active(id)).toEqual([1, `1 ${early}`]);
      expect(of(entries, id)).toMatchObject([
        {
          action: 'key.removed',
          equipment_id: a,
          details: { assignment: late, mended: true, removedOn: '2026-11-21' },
        },
      ]);
    },
  };
}

async function twiceOnOneUnit({ world, key, apply, active, setTaken, a }: Scene): Promise<Planted> {
  const id = await key(3);
  const first = await apply(id, { equipmentId: a, appliedOn: '2026-11-01' });
  const second = await plant(world, { key_id: id, seat: 2, equipment_id: a });
  await setTaken(id, 2);
  return {
    expected: [`duplicateAssignment ${id} ${second}`],
    judge: async (entries) => {
      expect(await active(id)).toEqual([1, `1 ${first}`]);
      expect(of(entries, id).map(({ action, details }) => [action, details.assignment])).toEqual([
        ['key.removed', second],
        ['key.mended', undefined],
      ]);
    },
  };
}

async function moreThanSeats({ world, key, apply, active, a }: Scene): Promise<Planted> {
  const id = await key(1);
  const first = await apply(id, { equipmentId: a, appliedOn: '2026-11-01' });
  const extra = await plant(world, { key_id: id, seat: 2, ...anna });
  return {
    expected: [`seatsDisagree ${id} `],
    judge: async (entries) => {
      expect(await active(id)).toEqual([1, `1 ${first}`]);
      expect(of(entries, id)).toMatchObject([
        { action: 'key.removed', equipment_id: null, details: { assignment: extra, userName: 'Anna Berg' } },
      ]);
    },
  };
}

const cases = [
  miscounted,
  withoutKey,
  withoutUnit,
  onOneSeatWithAnotherFree,
  onTheOnlySeat,
  twiceOnOneUnit,
  moreThanSeats,
];
