import type { Insertable } from 'kysely';
import { v7 } from 'uuid';
import type { ListField } from '../../src/contract/list.ts';
import type { AssignmentTable, LicenseTable, UserTable } from '../../src/db/tables.ts';
import { type AttributeKind, recordTypes } from '../../src/domain/attributes.ts';
import { addPeriod, FAR_END } from '../../src/domain/day.ts';
import { foldText } from '../../src/domain/fold.ts';
import { roles } from '../../src/domain/permissions.ts';
import { newId } from '../../src/server/ids.ts';
import { blankLicense, licenseColumns, withBody } from '../../src/server/licenses/license-record.ts';
import { seededRandom } from './random.ts';
import { sealRow } from './sealed.ts';
import { customerRow, insertRows, keyRow, productRow, unitRow } from './seed.ts';
import type { World } from './world.ts';

/** What people type: umlauts, ß, both cases, blanks, commas, wildcards, other scripts, beyond the first plane. */
const words = [
  ...['Ärzte', 'ärzte', 'Arzte', 'Straße', 'STRASSE', 'Zoë', 'zoe', 'Łódź', 'naïve café', 'Müller & Söhne'],
  ...['Berg, Anna', '50% off', 'under_score', 'back\\slash', 'O’Neil', '"quoted"', '中文 Büro', 'Ωmega', '😀 emoji'],
  ...['x', 'ab', 'Äb', 'Zz', '--dash', '9 lives', '\uFFFD broken', "'"],
];
const colors = ['Rot', 'grün', 'Blau, hell'];
const attributeKinds: Record<string, AttributeKind> = {
  note: 'text',
  weight: 'number',
  inspected: 'date',
  leased: 'boolean',
  color: 'choice',
};

/** The attributes of keys, equipment and licenses, as the lists name them. */
export const attributeFields: [string, ListField][] = Object.entries(attributeKinds).map(([name, kind]) => [
  `attributes.${name}`,
  { kind: kind === 'date' ? 'day' : kind === 'choice' ? 'text' : kind, says: '' },
]);

/** Everything the lists show of a populated world, as it stands in the tables. */
export type Populated = Awaited<ReturnType<typeof populate>>;

/** Fills a world with so many keys and what belongs to them, pages of each; the same in every run, but for the ids. */
export async function populate(world: World, keyCount: number) {
  const scene: Scene = { world, random: seededRandom(7) };
  await insertRows(world, 'attribute', attributeRows(world));
  const customers = times(29, (i) => aCustomer(scene, i));
  const users = times(19, (i) => aUser(scene, i));
  const products = times(Math.max(keyCount / 20, 100), (i) => aProduct(scene, i));
  const owners = [world.houseId, ...customers.map((row) => row.id)];
  const licenses = times(Math.max(keyCount / 10, 120), () => aLicense(scene, idsOf(products), owners));
  const units = times(Math.max(keyCount / 5, 200), (i) => aUnit(scene, i, owners));
  const people = [world.adminId, ...idsOf(users)];
  const bare = times(keyCount, (i) => aKey(scene, i, idsOf(products), owners, idsOf(licenses)));
  const ownerOf = new Map(units.map((unit) => [unit.id, unit.customer_id]));
  const assignments = bare.flatMap((key) =>
    someAssignments(scene, key, idsOf(units), people).map((row) => ({
      ...row,
      customer_id: ownerOf.get(row.equipment_id ?? '') ?? key.customer_id,
    })),
  );
  const active = Map.groupBy(
    assignments.filter((row) => row.removed_at === null),
    (row) => row.key_id,
  );
  const keys = bare.map((key) => withHolders(world, key, active.get(key.id) ?? []));
  await insertRows(world, 'customer', customers);
  await insertRows(world, 'user', users);
  for (const { id } of users) await sealRow(world, 'user', id);
  await insertRows(world, 'product', products);
  await insertRows(world, 'license', licenses);
  await insertRows(world, 'equipment', units);
  await insertRows(world, 'key', keys);
  await insertRows(world, 'assignment', assignments);
  return { customers, users, products, licenses, units, keys, assignments };
}

type Scene = { world: World; random: ReturnType<typeof seededRandom> };

function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function idsOf(rows: { id: string }[]): string[] {
  return rows.map((row) => row.id);
}

function attributeRows(world: World) {
  return recordTypes.flatMap((record_type) =>
    Object.entries(attributeKinds).map(([name, kind]) => ({
      id: newId(world.app),
      record_type,
      name,
      kind,
      label_en: name,
      label_de: name,
      required: 0 as const,
      mask: '',
      choices: JSON.stringify(kind === 'choice' ? colors : []),
      archived: 0 as const,
      created_at: world.clock.now().toISOString(),
    })),
  );
}

/** An id and the moment it was made, which its first digits are; some moments are shared. */
function born({ world, random }: Scene) {
  const msecs = Date.parse('2024-01-01T00:00:00Z') + random.below(50_000) * 1_800_000 + random.below(2);
  return { id: v7({ msecs, random: world.app.randomBytes(16) }), created_at: new Date(msecs).toISOString() };
}

function someText({ random }: Scene): string {
  if (random.chance(0.25)) return '';
  return random.pick(words) + (random.chance(0.5) ? ` ${random.below(40)}` : '');
}

function someDay({ random }: Scene): string {
  return random.chance(0.3) ? '' : addPeriod('2024-06-01', `P${1 + random.below(1500)}D`);
}

function someAttributes(scene: Scene): Record<string, string | number | boolean> {
  const { random } = scene;
  const values = {
    note: someText(scene),
    weight: random.pick([-5, 0, 0.5, 10, 12.25, 1_000_000]),
    inspected: someDay(scene),
    leased: random.chance(0.5),
    color: random.pick(colors),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && random.chance(0.7)));
}

function aCustomer(scene: Scene, i: number) {
  const [number, contact] = [someText(scene), `${someText(scene)}\n${someText(scene)}`.trim()];
  const name = `${scene.random.pick(words)} ${i}`;
  return customerRow(scene.world, { ...born(scene), name, number, contact, archived: scene.random.chance(0.2) });
}

function aUser(scene: Scene, i: number): Insertable<UserTable> {
  const { random } = scene;
  const name = `${random.pick(words)} ${i % 7}`;
  const email = `${random.pick(['Anna', 'zoë', 'ÄRNE'])}${i}@nordwind.example`;
  return {
    ...born(scene),
    kind: 'person',
    name,
    search_f: foldText(name),
    email,
    email_f: foldText(email),
    password_hash: null,
    role: random.pick(roles),
    scope: random.chance(0.5) ? 'all' : '[]',
    locale: 'en',
    disabled_at: random.chance(0.3) ? '2026-01-01T00:00:00.000Z' : null,
  };
}

function aProduct(scene: Scene, i: number) {
  const texts = { code: someText(scene), manufacturer: someText(scene) };
  const website = scene.random.chance(0.5) ? `https://example.org/${i % 9}` : '';
  const archived = scene.random.chance(0.1) ? (1 as const) : (0 as const);
  return productRow(scene.world, {
    ...born(scene),
    name: `${scene.random.pick(words)} ${i}`,
    ...texts,
    website,
    archived,
  });
}

function aLicense(scene: Scene, products: string[], owners: string[]): Insertable<LicenseTable> {
  const { random } = scene;
  const license = withBody(blankLicense(random.pick(products), random.pick(owners)), {
    quantity: random.below(30),
    start: someDay(scene),
    end: someDay(scene),
    purchaseDate: someDay(scene),
    cost: random.chance(0.3) ? null : random.below(100_000) / 4,
    currency: random.pick(['', 'EUR', 'USD']),
    supplier: someText(scene),
    orderNumber: someText(scene),
    invoiceNumber: someText(scene),
    costCenter: someText(scene),
    barcode: someText(scene),
    termsOfUse: someText(scene),
    remarks: someText(scene),
    archived: random.chance(0.1),
  });
  return {
    ...born(scene),
    ...licenseColumns({ ...license, attributes: someAttributes(scene) }),
    fingerprint: null,
  };
}

function aUnit(scene: Scene, i: number, owners: string[]) {
  const { random } = scene;
  return unitRow(scene.world, {
    ...born(scene),
    name: `${random.pick(words)} ${random.below(300)}`,
    serialNumber: random.chance(0.2) ? '' : `${random.pick(words)}/${i}`,
    assetTag: random.chance(0.2) ? '' : `${random.pick(['IT-', 'ÄT ', 'x'])}${i}`,
    code: someText(scene),
    customerId: random.pick(owners),
    type: someText(scene),
    manufacturer: someText(scene),
    model: someText(scene),
    location: someText(scene),
    status: random.pick(['inStock', 'inService', 'returned', 'retired']),
    remarks: `${someText(scene)}\n${someText(scene)}`.trim(),
    attributes: someAttributes(scene),
  });
}

/** Keys of every length a mask knows, in both cases, a few with letters outside ASCII. */
function aLicenseKey({ random }: Scene, i: number): string {
  const letters = random.pick([
    'ABCDEFGHKLMNPQRSTUVWXYZ23456789',
    'abcdefghkmnpqrstuvwxyz',
    'AbCdEf0123456789',
    'ÄÖÜäöüß12345',
  ]);
  const body = times(random.pick([4, 9, 13, 20]), () => letters[random.below(letters.length)] ?? '').join('');
  return `${i.toString().padStart(5, '0')}-${body}`;
}

function aKey(scene: Scene, i: number, products: string[], owners: string[], licenses: string[]) {
  const { random } = scene;
  const key_type = random.pick(['permanent', 'subscription', 'trial', 'timeLimited'] as const);
  const start =
    key_type === 'permanent' || random.chance(0.3) ? '' : addPeriod('2025-01-01', `P${1 + random.below(800)}D`);
  const end = key_type === 'permanent' ? FAR_END : addPeriod(start || '2026-06-01', `P${1 + random.below(400)}D`);
  return {
    ...born(scene),
    licenseKey: aLicenseKey(scene, i),
    product_id: random.pick(products),
    customer_id: random.pick(owners),
    license_id: random.chance(0.4) ? random.pick(licenses) : null,
    key_type,
    validity_start: start,
    validity_end: end,
    seats: random.chance(0.7) ? 1 : 1 + random.below(6),
    revoked_at: random.chance(0.07) ? '2026-03-03T00:00:00.000Z' : null,
    code: someText(scene),
    serial_number: random.chance(0.5) ? '' : `SN-${random.pick(words)}-${i}`,
    activation_date: someDay(scene),
    purchase_date: someDay(scene),
    terms_of_use: someText(scene),
    remarks: `${someText(scene)}\n${someText(scene)}`.trim(),
    attributes: JSON.stringify(someAttributes(scene)),
  };
}

type BareKey = ReturnType<typeof aKey>;
type Unowned = Omit<Insertable<AssignmentTable>, 'customer_id'>;

/** Past assignments of a key, and active ones on some of its seats: on units, with users, or both. */
function someAssignments(scene: Scene, key: BareKey, units: string[], people: string[]): Unowned[] {
  const { random } = scene;
  const past = times(random.chance(0.25) ? 1 + random.below(2) : 0, () => ({
    ...anAssignment(scene, key.id, 1 + random.below(key.seats), random.pick(units), people),
    removed_on: addPeriod('2026-02-01', `P${1 + random.below(250)}D`),
    removed_by: random.pick(people),
  }));
  const taken = random.chance(0.5) ? random.below(key.seats + 1) : 0;
  const first = random.below(units.length - 10);
  const active = times(taken, (i) =>
    anAssignment(scene, key.id, i + 1, random.chance(0.75) ? (units[first + i] ?? null) : null, people),
  );
  return [...past.map((row) => ({ ...row, removed_at: `${row.removed_on}T12:00:00.000Z` })), ...active];
}

function anAssignment(scene: Scene, key_id: string, seat: number, equipment_id: string | null, people: string[]) {
  const { random } = scene;
  const { id, created_at } = born(scene);
  const user_name = equipment_id === null || random.chance(0.2) ? `${random.pick(words)} ${random.below(5)}` : '';
  const remarks = someText(scene);
  return {
    id,
    key_id,
    seat,
    equipment_id,
    user_name,
    user_f: foldText(user_name),
    applied_on: addPeriod('2025-06-01', `P${1 + random.below(240)}D`),
    applied_at: created_at,
    applied_by: random.pick(people),
    remarks,
    remarks_f: foldText(remarks),
    removed_on: null as string | null,
    removed_at: null as string | null,
    removed_by: null as string | null,
  };
}

/** The key's row with what its active assignments make of it. */
function withHolders(world: World, key: BareKey, active: Insertable<AssignmentTable>[]) {
  return keyRow(world, { ...key, seats_taken: active.length });
}
