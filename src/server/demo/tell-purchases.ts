import { addPeriod, type Day } from '../../domain/day.ts';
import { createKeys } from '../keys/create-keys.ts';
import { renewKeys } from '../keys/renew-keys.ts';
import { createLicense } from '../licenses/create-license.ts';
import { updateLicense } from '../licenses/update-license.ts';
import { deploy, takeBack } from './deployments.ts';
import { licenseKeyText } from './key-formats.ts';
import { type Series, series } from './purchases.ts';
import { by, type Customer, type Key, type Product, type Story, today } from './story.ts';
import { yearDays } from './timeline.ts';

/** One purchase of a series. Days ago; `end` and `start` only where the keys have an end. */
type Purchase = {
  of: Series;
  product: Product;
  customer: Customer;
  bought: number;
  recorded: number;
  start: number | undefined;
  end: number | undefined;
  seats: number;
  quantity: number;
  order: string;
};

/** Plans every purchase: its license and keys, their way into use, and what comes at their end. */
export function planPurchases(story: Story): void {
  let number = 0;
  for (const of of series) {
    for (let i = 0; i < of.purchases; i += 1) {
      number += 1;
      const purchase = newPurchase(story, of, i, number);
      story.timeline.plan(purchase.recorded, () => buy(story, purchase));
    }
  }
}

function newPurchase(story: Story, of: Series, i: number, number: number): Purchase {
  const { random, products, texts, house } = story;
  const product = products.get(of.products[i % of.products.length] ?? '');
  if (!product) throw new Error(`the demo has no product ${of.products[i % of.products.length]}`);
  const end = of.ends && -random.int(...of.ends);
  const start = end === undefined || of.days === undefined ? undefined : end + of.days - 1;
  const bought = Math.max((start ?? -random.int(...(of.bought ?? [-300, -10]))) + random.int(0, 9), random.int(1, 14));
  const seats = of.seats ? random.int(...of.seats) : 1;
  const needed = of.keys * seats;
  // Now and then somebody bought too little, or some to spare.
  const quantity =
    number % 6 === 0 ? Math.max(1, Math.floor(needed * of.used * 0.6)) : needed + (number % 5 === 0 ? 5 : 0);
  const order = `${texts.order} ${41_000 + number * 17}`;
  const recorded = Math.min(bought, yearDays - 1 - random.int(0, 6));
  const customer = of.isHouse ? house : customerFor(story, product, number);
  return { of, product, customer, bought, recorded, start, end, seats, quantity, order };
}

/** Large customers buy more often. */
function customerFor({ customers, random }: Story, { code }: Product, number: number): Customer {
  const large = customers.filter(({ about }) => about.size >= 20);
  if (code === 'KTAX') return large.find(({ about }) => about.size === 24) ?? random.pick(large);
  return number % 3 === 0 ? random.pick(customers) : random.pick(large);
}

async function buy(story: Story, purchase: Purchase): Promise<void> {
  const licenseId = purchase.of.isFree ? undefined : await recordLicense(story, purchase);
  const keys = await recordKeys(story, purchase, licenseId);
  planUse(story, purchase, keys);
  if (purchase.of.isRenewed && licenseId) planRenewal(story, purchase, keys, licenseId);
  if (purchase.of.givenBack) planReturn(story, purchase, keys);
}

async function recordLicense(story: Story, purchase: Purchase): Promise<string> {
  const { random, texts, timeline, staff } = story;
  const { product, customer, quantity, order, bought, start, end } = purchase;
  const body = {
    productId: product.id,
    customerId: customer.id,
    quantity,
    cost: Math.round(quantity * product.price * (1 - random.int(0, 12) / 100) * 100) / 100,
    currency: 'EUR',
    purchaseDate: timeline.dayOf(bought),
    ...(start !== undefined && { start: timeline.dayOf(start) }),
    ...(end !== undefined && { end: timeline.dayOf(end) }),
    supplier: random.pick(texts.suppliers),
    orderNumber: order,
    invoiceNumber: `${timeline.dayOf(bought).slice(0, 4)}-${random.int(10_000, 99_999)}`,
    costCenter: String(random.int(41, 48) * 100),
    ...(random.chance(0.5) && { termsOfUse: random.pick(texts.terms) }),
    ...(random.chance(0.25) && { remarks: random.pick(texts.licenseRemarks) }),
    attributes: {
      autoRenewal: random.chance(0.3),
      ...(end !== undefined && { noticeBy: timeline.dayOf(end + 30) }),
    },
  };
  return (await createLicense(by(story, staff.office), { body })).id;
}

async function recordKeys(story: Story, purchase: Purchase, licenseId: string | undefined): Promise<Key[]> {
  const { random, texts, timeline, staff } = story;
  const { of, product, customer, seats, bought, start, end } = purchase;
  const validityStart = start === undefined ? undefined : timeline.dayOf(start);
  const validityEnd = end === undefined ? undefined : timeline.dayOf(end);
  const bodies = Array.from({ length: of.keys }, () => ({
    licenseKey: licenseKeyText(product.format, random),
    productId: product.id,
    customerId: customer.id,
    keyType: of.keyType,
    seats,
    code: product.code,
    ...(validityStart && { validityStart }),
    ...(validityEnd && { validityEnd }),
    ...(licenseId ? { licenseId } : { purchaseDate: timeline.dayOf(bought) }),
    ...(random.chance(0.4) && { serialNumber: `${product.code}-${random.text('0123456789', 7)}` }),
    ...(random.chance(0.15) && { remarks: random.pick(texts.keyRemarks) }),
    attributes: {
      ...(random.chance(0.6) && { department: random.pick(texts.departments) }),
      ...(random.chance(0.3) && {
        contract: `${random.text('ABCDEFGHKLMNPRSTUVW', 2)}-${random.text('0123456789', 4)}`,
      }),
    },
  }));
  const { ids } = await createKeys(by(story, staff.office), { body: { keys: bodies }, query: {} });
  const keys = ids.map(
    (id): Key => ({
      ...{ id, product, customer, keyType: of.keyType, validityStart, validityEnd, seats },
      ...{ holdings: [], isRevoked: false, wasHeld: false },
    }),
  );
  story.keys.push(...keys);
  return keys;
}

/** A key comes into use within a month; the seats of a volume key one after another until today. */
function planUse(story: Story, { of, seats, start }: Purchase, keys: Key[]): void {
  const { timeline, random } = story;
  const from = Math.min(timeline.daysAgo(), start ?? yearDays);
  for (const key of keys) {
    if (seats === 1 && !random.chance(of.used)) continue;
    const uses = seats === 1 ? 1 : Math.round(seats * of.used);
    for (let use = 0; use < uses; use += 1) {
      const delay = random.int(0, seats === 1 ? Math.min(28, from) : from);
      timeline.plan(from - delay, () => deploy(story, key));
    }
  }
}

/** Another year, most in time, some only when somebody noticed. */
function planRenewal(story: Story, { end = 0, order }: Purchase, keys: Key[], licenseId: string): void {
  const { timeline, random, staff } = story;
  timeline.plan(end + (random.chance(0.8) ? random.int(2, 20) : -random.int(1, 6)), async () => {
    const lasting = keys.filter((key) => !key.isRevoked);
    if (lasting.length === 0) return;
    const keyIds = lasting.map(({ id }) => id);
    await renewKeys(by(story, staff.office), { body: { keyIds, extendBy: 'P1Y', reference: `${order}-R` } });
    const oneMore = (day: Day) => addPeriod(day, 'P1Y');
    for (const key of lasting) key.validityEnd = oneMore(key.validityEnd ?? today(story));
    const body = { end: oneMore(timeline.dayOf(end)), attributes: { noticeBy: oneMore(timeline.dayOf(end + 30)) } };
    await updateLicense(by(story, staff.office), { params: { id: licenseId }, body });
  });
}

/** Some are taken back after their end; others stay where they are, expired in use. */
function planReturn(story: Story, { of, end = 0 }: Purchase, keys: Key[]): void {
  for (const key of keys) {
    if (!story.random.chance(of.givenBack ?? 0)) continue;
    story.timeline.plan(end - story.random.int(1, 12), async () => {
      for (const holding of key.holdings) await takeBack(story, key, holding);
    });
  }
}
