import { remove } from '../assignments/remove-assignment.ts';
import { apply } from '../keys/apply-key.ts';
import { revealKey } from '../keys/reveal-key.ts';
import {
  by,
  canApply,
  fits,
  type Holding,
  isExpired,
  type Key,
  keysOn,
  type Story,
  technicianFor,
  type Unit,
  unitsOf,
} from './story.ts';

/** Puts a key on a unit of its customer, or gives it to a person; nothing where there is no place for it. */
export async function deploy(story: Story, key: Key): Promise<void> {
  if (!canApply(story, key)) return;
  const place = placeFor(story, key);
  if (!place) return;
  const { random, timeline } = story;
  const { unit, person } = place;
  const actor = technicianFor(story, key.customer);
  // Some things are written down only days later.
  const isLate = !key.wasHeld && timeline.daysAgo() < 300 && random.chance(0.1);
  const body = {
    ...(unit && { equipmentId: unit.id }),
    ...(person && { userName: person }),
    ...(isLate && { appliedOn: timeline.dayOf(timeline.daysAgo() + random.int(1, 3)) }),
    ...(random.chance(0.35) && { remarks: remarksOf(story) }),
  };
  const { id } = await apply(by(story, actor), { params: { id: key.id }, body });
  key.holdings.push({ assignmentId: id, unit, person });
  key.wasHeld = true;
  if (unit && random.chance(0.12)) await revealKey(by(story, actor), { params: { id: key.id } });
}

/**
 * Applies all that is left of one product, of which there is the least: on any day the demo begins, something has run
 * out. A product with keys that become valid later is none: they are free.
 */
export async function runOut(story: Story): Promise<void> {
  const left = [...new Set(story.keys.map(({ product }) => product))]
    .map((product) => ({ product, keys: story.keys.filter((key) => key.product === product && isFree(story, key)) }))
    .filter(({ keys }) => keys.every((key) => canApply(story, key)))
    .toSorted((a, b) => seatsOf(a.keys) - seatsOf(b.keys));
  for (const { keys } of left) {
    for (const key of keys) await fill(story, key);
    if (keys.every((key) => !canApply(story, key))) return;
  }
}

function isFree(story: Story, key: Key): boolean {
  return !key.isRevoked && !isExpired(story, key) && key.holdings.length < key.seats;
}

function seatsOf(keys: readonly Key[]): number {
  return keys.reduce((sum, { seats, holdings }) => sum + seats - holdings.length, 0);
}

async function fill(story: Story, key: Key): Promise<void> {
  for (let before = -1; before < key.holdings.length && canApply(story, key); ) {
    before = key.holdings.length;
    await deploy(story, key);
  }
}

/** Ends a holding, as a technician does when the software is no longer used there. */
export async function takeBack(story: Story, key: Key, holding: Holding): Promise<void> {
  if (!key.holdings.includes(holding)) return;
  await remove(by(story, technicianFor(story, key.customer)), { params: { id: holding.assignmentId } });
  key.holdings = key.holdings.filter((other) => other !== holding);
}

function remarksOf({ random, texts }: Story): string {
  return random.chance(0.5) ? random.pick(texts.applied) : `${texts.ticket} ${random.int(20_100, 28_900)}`;
}

type Place = { unit?: Unit; person?: string };

function placeFor(story: Story, key: Key): Place | undefined {
  const { product, customer } = key;
  if (product.audience === 'user') return personWithout(story, key);
  const units = customer.units.filter((unit) => unit.status === 'inService' && fits(product.audience, unit.kind));
  const free = units.filter((unit) => !keysOn(story, unit).some((other) => other.product === product));
  const unit = story.random.pickAny(free);
  if (!unit) return product.audience === 'desk' ? personWithout(story, key) : undefined;
  return { unit, ...(unit.person && story.random.chance(0.3) && { person: unit.person }) };
}

function personWithout(story: Story, { product, customer }: Key): Place | undefined {
  const having = new Set(
    story.keys
      .filter((key) => key.product === product && key.customer === customer)
      .flatMap(({ holdings }) => holdings.map((holding) => holding.person)),
  );
  const person = story.random.pickAny(customer.people.filter((name) => !having.has(name)));
  return person === undefined ? undefined : { person };
}

/** Reads where a key is now, after a verb that moved it or took it away. */
export async function followKey(story: Story, key: Key): Promise<void> {
  const rows = await story.app.database.read
    .selectFrom('assignment')
    .select(['id', 'equipment_id', 'user_name'])
    .where('key_id', '=', key.id)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute();
  const units = new Map(unitsOf(story).map((unit) => [unit.id, unit]));
  key.holdings = rows.map(({ id, equipment_id, user_name }) => ({
    assignmentId: id,
    unit: equipment_id === null ? undefined : units.get(equipment_id),
    person: user_name || undefined,
  }));
}
