import { createAttribute } from '../attributes/create-attribute.ts';
import type { Actor } from '../context.ts';
import { createCustomer } from '../customers/create-customer.ts';
import { createUser } from '../people/users.ts';
import { createProduct } from '../products/create-product.ts';
import { demoAttributes } from './attributes.ts';
import { demoProducts } from './products.ts';
import { by, type Story } from './story.ts';
import type { DemoCustomer } from './texts.ts';

const limitedTo = 4;

/** The first morning: attributes, products, customers and colleagues. */
export async function tellBeginnings(story: Story): Promise<void> {
  const { staff, texts } = story;
  for (const body of demoAttributes(texts)) await createAttribute(by(story, staff.office), { body });
  for (const product of demoProducts) {
    const { code, manufacturer, site } = product;
    const name = texts.products[code] ?? product.name;
    const body = { name, code, manufacturer, website: `https://${site}` };
    const { id } = await createProduct(by(story, staff.office), { body });
    story.products.set(code, { ...product, name, id });
  }
  for (const [i, about] of texts.customers.entries()) await tellCustomer(story, about, i);
  await tellStaff(story);
}

async function tellCustomer(story: Story, about: DemoCustomer, i: number): Promise<void> {
  const { name, contact, size } = about;
  const body = { name, number: `C-${1001 + i}`, contact: contact.join('\n') };
  const { id } = await createCustomer(by(story, story.staff.office), { body });
  story.customers.push({ id, about, people: namesOf(story, Math.max(8, size)), units: [] });
}

/** So many names, each once. */
export function namesOf({ random, texts }: Pick<Story, 'random' | 'texts'>, count: number): string[] {
  const names = new Set<string>();
  while (names.size < count) names.add(`${random.pick(texts.firstNames)} ${random.pick(texts.lastNames)}`);
  return [...names];
}

/** Colleagues have passwords that nobody knows: whoever wants to be one of them sets a new one. */
async function tellStaff(story: Story): Promise<void> {
  const { staff, texts, customers } = story;
  const some = customers.slice(-limitedTo).map(({ id }) => id);
  const [first, second, third] = texts.staff.technicians;
  for (const name of [first, second]) staff.technicians.push(await colleague(story, name, 'technician'));
  staff.limited = await colleague(story, third, 'technician', some);
  await colleague(story, texts.staff.auditor, 'auditor');
}

async function colleague(
  story: Story,
  name: string,
  role: 'technician' | 'auditor',
  customerIds?: string[],
): Promise<Actor> {
  const { app, texts, staff, language } = story;
  const password = app.randomBytes(24).toString('base64url');
  const email = mailAddress(name, texts.mailDomain);
  const body = { name, email, role, password, locale: language, ...(customerIds && { customerIds }) };
  const { id } = await createUser(by(story, staff.office), { body });
  return { kind: 'session', id, name, roles: [role], scope: customerIds ?? 'all' };
}

/** The address a company gives to somebody of that name. */
export function mailAddress(name: string, domain: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll('ş', 's')
    .replaceAll('ß', 'ss')
    .replaceAll(/\s+/g, '.')
    .normalize('NFD')
    .replaceAll(/[^a-z.]/g, '');
  return `${plain}@${domain}`;
}
