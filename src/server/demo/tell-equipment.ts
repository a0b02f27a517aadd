import { createEquipment } from '../equipment/create-equipment.ts';
import { by, type Customer, type Story, type Unit, unitsOf } from './story.ts';
import { inLanguage } from './texts.ts';
import { type UnitKind, unitKinds } from './unit-kinds.ts';

const houseUnits = 14;
const lateUnits = 76;
const stocked = 22;

/** Plans the recording of 286 units: most in the first days, others as they are bought. The rest come as replacements. */
export function planEquipment(story: Story): void {
  const { random, timeline, customers, house } = story;
  const owners = [
    ...customers.map((customer) => [customer, customer.about.size] as const),
    [house, houseUnits] as const,
  ];
  // One server and one firewall each, whatever chance says of the others.
  const wanted = owners.flatMap(([customer, count]) =>
    Array.from({ length: count }, (_, i) => ({ customer, kind: i < 2 ? basics[i] : undefined })),
  );
  const late = new Set<number>();
  while (late.size < lateUnits) {
    const i = random.int(0, wanted.length - 1);
    if (!wanted[i]?.kind) late.add(i);
  }
  for (const [i, { customer, kind }] of wanted.entries()) {
    const isStocked = late.has(i) && [...late].indexOf(i) < stocked;
    const daysAgo = !late.has(i) ? random.int(358, 364) : random.int(2, isStocked ? 60 : 345);
    timeline.plan(daysAgo, async () => {
      await newUnit(story, customer, kind ?? anyKind(story), isStocked ? 'inStock' : 'inService');
    });
  }
}

const basics = ['SRV', 'FW'].map((prefix) => unitKinds.find((kind) => kind.prefix === prefix));

function anyKind({ random }: Story): UnitKind {
  return random.pick(unitKinds.flatMap((kind) => Array.from({ length: kind.share }, () => kind)));
}

/** Records a unit with a name of its customer's next free number. */
export async function newUnit(
  story: Story,
  customer: Customer,
  kind: UnitKind,
  status: 'inStock' | 'inService',
): Promise<Unit> {
  const { random, texts, language, staff } = story;
  const known = unitsOf(story).length;
  const number = customer.units.filter((unit) => unit.kind === kind).length + 1;
  const name = `${customer.about.short}-${kind.prefix}-${String(number).padStart(3, '0')}`;
  const [manufacturer, model] = random.pick(kind.models);
  const person = kind.isPersonal && status === 'inService' ? random.pick(customer.people) : undefined;
  const body = {
    name,
    serialNumber: serialNumber(story, manufacturer),
    assetTag: `IT-${10_001 + known}`,
    customerId: customer.id,
    type: inLanguage(kind.type, language),
    manufacturer,
    model,
    location: status === 'inStock' ? texts.store : random.pick(kind.isPersonal ? texts.places : texts.technicalPlaces),
    status,
    ...(kind.isPersonal && random.chance(0.15) && { remarks: random.pick(texts.unitRemarks) }),
    attributes: {
      memoryGb: random.pick(kind.memoryGb),
      warrantyUntil: warrantyEnd(story),
      procurement: random.pick(texts.procurements),
      ...(kind.isPersonal && { diskEncrypted: random.chance(0.85) }),
    },
  };
  const { id } = await createEquipment(by(story, staff.office), { body });
  const unit: Unit = { id, name, kind, customer, person, status };
  customer.units.push(unit);
  return unit;
}

function serialNumber({ random }: Story, manufacturer: string): string {
  return `${manufacturer.slice(0, 2).toUpperCase()}${random.text('0123456789', 2)}${random.text('0123456789ABCDEFGHKLMNPRSTVWXYZ', 8)}`;
}

/** Three years after a purchase some time before. */
function warrantyEnd({ random, timeline }: Story): string {
  return timeline.dayOf(timeline.daysAgo() - 3 * 365 + random.int(0, 900));
}
