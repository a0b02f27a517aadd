import { describe, expect, it } from 'vitest';
import { addPeriod, type Day, daysBetween } from '../../src/domain/day.ts';
import { seededRandom } from '../harness/random.ts';
import { seedKeys, seedUnits } from '../harness/seed.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

const firstDay: Day = '2026-11-21';
const days = 360;
const anyVersion = { 'if-match': '*' };
const people = ['Anna Berg', 'Ben Ahrens', 'Cläre Böll'];

/** A year of people applying, removing, correcting, recovering and moving, some of it recorded late, at all hours. */
async function liveThroughAYear(world: World, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const keys = await seedKeys(world, 25, (i) => ({ seats: (i % 4) + 1 }));
  const units = await seedUnits(world, ['PC-1', 'PC-2', 'PC-3', 'PC-4', 'PC-5', 'PC-6']);
  const act = (day: number, active: { id: string }[]): Promise<Answer> => {
    const unit = random.pick(units);
    const appliedOn = addDays(firstDay, random.chance(0.5) ? day : random.below(day + 1));
    const one = active.length > 0 && random.chance(0.5) ? random.pick(active) : undefined;
    if (one && random.chance(0.2)) return world.admin('PATCH', `/assignments/${one.id}`, { appliedOn }, anyVersion);
    if (one) return world.admin('DELETE', `/assignments/${one.id}`, undefined, anyVersion);
    if (random.chance(0.03)) return world.admin('POST', `/equipment/${unit}/recovery`);
    if (random.chance(0.05))
      return world.admin('POST', `/equipment/${unit}/transfer`, { toEquipmentId: random.pick(units) });
    const holder = random.chance(0.7) ? { equipmentId: unit } : { userName: random.pick(people) };
    return world.admin('POST', `/keys/${random.pick(keys)}/assignments`, { ...holder, appliedOn });
  };
  for (let day = 0; day < days; day += 1)
    for (let times = random.below(4); times > 0; times -= 1) {
      // 23 hours from the first midnight in Berlin on: UTC may have another day.
      const at = Date.parse(`${addDays(firstDay, day)}T00:00:00Z`) - 3_600_000 + random.below(23 * 3600) * 1000;
      world.clock.set(new Date(Math.max(at, world.clock.now().getTime())).toISOString());
      await act(day, (await world.admin('GET', '/assignments?limit=200')).body.items);
    }
}

function addDays(day: Day, count: number): Day {
  return count === 0 ? day : addPeriod(day, `P${count}D`);
}

type Told = { holding: string; seat: string; appliedOn: Day; removedOn?: Day };

/** What the log tells of each assignment, by its id. */
async function replay({ database }: World): Promise<Map<string, Told>> {
  const rows = await database.read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.action', 'e.subject', 'e.key_id', 'e.equipment_id', 'p.body'])
    .where('e.action', 'in', ['key.applied', 'key.removed', 'assignment.updated'])
    .orderBy('e.idx')
    .execute();
  const told = new Map<string, Told>();
  for (const { action, subject, key_id, equipment_id, body } of rows) {
    const { assignment, appliedOn, removedOn, userName, seat, changes } = JSON.parse(body);
    if (action === 'key.applied') {
      const holding = [key_id, equipment_id, userName].join(' ');
      told.set(assignment, { holding, seat: `${key_id} ${seat}`, appliedOn });
    } else if (action === 'key.removed') Object.assign(told.get(assignment) ?? {}, { removedOn });
    else if (changes.appliedOn)
      Object.assign(told.get(subject.replace('assignment:', '')) ?? {}, { appliedOn: changes.appliedOn.new });
  }
  return told;
}

function heldOn(told: Map<string, Told>, day: Day): Told[] {
  return [...told.values()].filter(
    ({ appliedOn, removedOn }) => appliedOn <= day && (removedOn === undefined || removedOn > day),
  );
}

async function readAll(world: World, path: string): Promise<Answer['body'][]> {
  const items: Answer['body'][] = [];
  for (let cursor = ''; ; ) {
    const { body } = await world.admin('GET', `${path}&limit=200${cursor && `&cursor=${cursor}`}`);
    items.push(...body.items);
    if (body.nextCursor === null) {
      expect(body.total).toBe(items.length);
      return items;
    }
    cursor = body.nextCursor;
  }
}

const holdingOf = (item: Answer['body']): string =>
  [item.key.id, item.equipment?.id ?? null, item.userName ?? undefined].join(' ');

describe.each(engines)('the history of assignments on %s', async (engine) => {
  const world = await newWorld(engine);
  const seed = 20261121;
  await liveThroughAYear(world, seed);
  const told = await replay(world);
  const random = seededRandom(seed + 1);
  const someDays = Array.from({ length: 50 }, () => addDays(firstDay, random.below(days)));

  it('A12: the year was eventful: late records, removals, and applying and removing on one day', () => {
    const all = [...told.values()];
    expect(all.length).toBeGreaterThan(150);
    expect(all.filter(({ removedOn }) => removedOn !== undefined).length).toBeGreaterThan(100);
    expect(all.some(({ appliedOn, removedOn }) => appliedOn === removedOn)).toBe(true);
    expect(daysBetween(firstDay, someDays.toSorted().at(-1) ?? firstDay)).toBeGreaterThan(300);
    expect(someDays.some((day) => heldOn(told, day).length > 20)).toBe(true);
  });

  it.each(someDays)('A12: what was assigned at the end of %s is what the log says', async (day) => {
    const listed = await readAll(world, `/assignments?on=${day}&state=all`);
    const held = heldOn(told, day);
    expect(listed.map(holdingOf).sort()).toEqual(held.map(({ holding }) => holding).sort());
    const stillThere = await readAll(world, `/assignments?on=${day}&state=active`);
    expect(stillThere).toHaveLength(held.filter(({ removedOn }) => removedOn === undefined).length);
    expect(new Set(held.map(({ seat }) => seat)).size).toBe(held.length);
  });

  it('A12: what was on a unit on a day is what the log says of that unit', async () => {
    const unitOf = ({ holding }: Told): string => holding.split(' ')[1] ?? '';
    for (const day of someDays.slice(0, 10)) {
      const held = heldOn(told, day);
      for (const unit of new Set(held.map(unitOf).filter(Boolean))) {
        const listed = await readAll(world, `/assignments?on=${day}&state=all&equipmentId=${unit}`);
        const onIt = held.filter((one) => unitOf(one) === unit);
        expect(listed.map(holdingOf).sort()).toEqual(onIt.map(({ holding }) => holding).sort());
      }
    }
  });
});
