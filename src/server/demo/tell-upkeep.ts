import { recoverKeys } from '../equipment/recover-keys.ts';
import { transferKeys } from '../equipment/transfer-keys.ts';
import { updateEquipment } from '../equipment/update-equipment.ts';
import { createKey } from '../keys/create-keys.ts';
import { deleteKey } from '../keys/delete-key.ts';
import { reinstateKey } from '../keys/reinstate-key.ts';
import { replaceKey } from '../keys/replace-key.ts';
import { revokeKey } from '../keys/revoke-keys.ts';
import { deploy, followKey, takeBack } from './deployments.ts';
import { licenseKeyText } from './key-formats.ts';
import { by, isExpired, type Key, keysOn, type Story, technicianFor, type Unit, unitsOf } from './story.ts';
import { newUnit } from './tell-equipment.ts';

/** How often what happens in the year, and between which days ago. */
const happenings: readonly (readonly [
  times: number,
  from: number,
  to: number,
  tell: (story: Story) => Promise<void>,
])[] = [
  [15, 300, 4, (story) => returnUnit(story, true)],
  [3, 20, 3, (story) => returnUnit(story, false)],
  [14, 320, 5, exchangeUnit],
  [12, 310, 6, (story) => revokeOne(story, false)],
  [9, 290, 2, (story) => revokeOne(story, true)],
  [14, 300, 1, replaceOne],
  [24, 320, 2, endOne],
  [1, 200, 150, recordByMistake],
];

/** Plans what happens to units and keys in use: returns, exchanges, revocations, replacements, people who leave. */
export function planUpkeep(story: Story): void {
  const { random, timeline } = story;
  for (const [times, from, to, tell] of happenings) {
    for (let i = 0; i < times; i += 1) {
      // Spread evenly over the time, each a little off.
      const daysAgo = Math.round(from - ((from - to) * (i + 0.5)) / times) + random.int(-1, 1);
      timeline.plan(daysAgo, () => tell(story));
    }
  }
}

/** A unit comes back. Its keys are recovered, and some soon come into use elsewhere; or somebody forgets to. */
async function returnUnit(story: Story, isRecovered: boolean): Promise<void> {
  const unit = unitWithKeys(story);
  if (!unit) return;
  const { random, texts, timeline } = story;
  const actor = technicianFor(story, unit.customer);
  const keys = keysOn(story, unit);
  const remarks = isRecovered ? random.pick(texts.returned) : texts.kept;
  await setStatus(story, unit, 'returned', remarks);
  if (!isRecovered) return;
  const body = { remarks: random.pick(texts.recovered) };
  await recoverKeys(by(story, actor), { params: { id: unit.id }, body });
  for (const key of keys) {
    await followKey(story, key);
    if (random.chance(0.5)) timeline.plan(timeline.daysAgo() - random.int(2, 20), () => deploy(story, key));
  }
  if (random.chance(0.4)) {
    const words = random.pick(texts.retired);
    timeline.plan(timeline.daysAgo() - random.int(10, 40), () => setStatus(story, unit, 'retired', words));
  }
}

/** A unit gives way to a new one, which takes over its keys. */
async function exchangeUnit(story: Story): Promise<void> {
  const old = unitWithKeys(story);
  if (!old) return;
  const { random, texts } = story;
  const keys = keysOn(story, old);
  const unit = await newUnit(story, old.customer, old.kind, 'inService');
  const body = { toEquipmentId: unit.id, remarks: random.pick(texts.moved) };
  await transferKeys(by(story, technicianFor(story, old.customer)), { params: { id: old.id }, body });
  for (const key of keys) await followKey(story, key);
  await setStatus(story, old, 'retired', random.pick(texts.retired));
}

/** A unit that people work with and that has a key or more. */
function unitWithKeys(story: Story): Unit | undefined {
  const held = unitsOf(story).filter(({ status, kind }) => status === 'inService' && kind.isPersonal);
  const many = held.filter((unit) => keysOn(story, unit).length > 1);
  return story.random.pickAny(many.length > 0 ? many : held.filter((unit) => keysOn(story, unit).length > 0));
}

async function setStatus(story: Story, unit: Unit, status: 'returned' | 'retired', remarks: string): Promise<void> {
  const body = { status, location: story.texts.store, remarks };
  const actor = technicianFor(story, unit.customer);
  await updateEquipment(by(story, actor), { params: { id: unit.id }, body });
  unit.status = status;
}

async function revokeOne(story: Story, isInUse: boolean): Promise<void> {
  const { random, texts, timeline, staff } = story;
  const key = random.pickAny(usable(story).filter(({ holdings }) => holdings.length > 0 === isInUse));
  if (!key) return;
  const body = { reason: random.pick(texts.revoked), ...(isInUse && { removeAssignments: true }) };
  await revokeKey(by(story, staff.office), { params: { id: key.id }, body });
  key.isRevoked = true;
  key.holdings = [];
  if (!random.chance(0.12)) return;
  timeline.plan(timeline.daysAgo() - random.int(1, 4), async () => {
    const reason = random.pick(texts.reinstated);
    await reinstateKey(by(story, staff.office), { params: { id: key.id }, body: { reason } });
    key.isRevoked = false;
  });
}

async function replaceOne(story: Story): Promise<void> {
  const { random, texts, staff, keys } = story;
  const key = random.pickAny(usable(story).filter(({ holdings }) => holdings.length > 0));
  if (!key) return;
  const body = { licenseKey: licenseKeyText(key.product.format, random), reason: random.pick(texts.replaced) };
  const { id } = await replaceKey(by(story, staff.office), { params: { id: key.id }, body });
  keys.push({ ...key, holdings: [], isRevoked: true });
  // What was planned with the old key happens to the new one.
  key.id = id;
  await followKey(story, key);
}

/** Single keys, neither revoked nor expired. */
function usable(story: Story): Key[] {
  return story.keys.filter((key) => key.seats === 1 && !key.isRevoked && !isExpired(story, key));
}

/** Somebody leaves or no longer needs it; the key soon goes to another. */
async function endOne(story: Story): Promise<void> {
  const { random, timeline } = story;
  const key = random.pickAny(usable(story).filter(({ holdings }) => holdings.length > 0));
  const [holding] = key?.holdings ?? [];
  if (!key || !holding) return;
  await takeBack(story, key, holding);
  if (random.chance(0.6)) timeline.plan(timeline.daysAgo() - random.int(1, 30), () => deploy(story, key));
}

/** A key is recorded that is none, and deleted again: its entries lose their content, and the log still holds. */
async function recordByMistake(story: Story): Promise<void> {
  const { products, staff, random } = story;
  const product = products.get('QPDF');
  if (!product) return;
  const body = {
    licenseKey: licenseKeyText(product.format, random),
    productId: product.id,
    keyType: 'permanent' as const,
    remarks: story.texts.mistaken,
  };
  const { id } = await createKey(by(story, staff.office), { body });
  await deleteKey(by(story, staff.office), { params: { id } });
}
