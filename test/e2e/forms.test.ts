import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createCustomer } from '../../src/contract/customers.ts';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { createEquipment } from '../../src/contract/equipment.ts';
import { createKey } from '../../src/contract/keys.ts';
import { createLicense } from '../../src/contract/licenses.ts';
import { createProduct } from '../../src/contract/products.ts';
import { wordsIn } from '../../src/domain/every-language.ts';
import { type LabelledField, type LabelledRecord, labelOf, valueLabel } from '../../src/domain/labels.ts';
import { customerFields } from '../../src/domain/records/customer.ts';
import { equipmentFields } from '../../src/domain/records/equipment.ts';
import { keyFields } from '../../src/domain/records/key.ts';
import { licenseFields } from '../../src/domain/records/license.ts';
import type { PlainFields } from '../../src/domain/records/plain-field.ts';
import { productFields } from '../../src/domain/records/product.ts';
import { type Desk, maskOf, newDesk, type Screen, screenOf, textOf } from '../harness/desk.ts';
import { goTo } from '../harness/settled.ts';

const english = wordsIn('en');

type Two = readonly [string, string];
/** How a field is filled, with what, and how the API then says it where that is not what was typed. */
type Filled = { as: 'text' | 'day' | 'choice' | 'reference' | 'yesNo'; two: Two; reads?: readonly [unknown, unknown] };
type Form = {
  list: string;
  record: LabelledRecord;
  create: Endpoint;
  plain: PlainFields;
  special: Record<string, Filled>;
  /** Fields that only the form of a new one has. */
  onlyNew?: Record<string, Filled>;
};

const owner: Filled = { as: 'reference', two: ['Form Acme', 'Form Bolt'] };
const product: Filled = { as: 'reference', two: ['Form Suite', 'Form Tool'] };
const numbers = (first: number, second: number): Filled => ({
  as: 'text',
  two: [String(first), String(second)],
  reads: [first, second],
});
const choice = <Kind extends 'keyType' | 'equipmentStatus'>(
  kind: Kind,
  ...of: [Parameters<typeof valueLabel<Kind>>[1], Parameters<typeof valueLabel<Kind>>[1]]
): Filled => ({
  as: 'choice',
  two: [valueLabel(kind, of[0], english), valueLabel(kind, of[1], english)],
  reads: of,
});

const forms: Form[] = [
  {
    list: 'keys',
    record: 'key',
    create: createKey,
    plain: keyFields,
    special: {
      productId: product,
      keyType: choice('keyType', 'subscription', 'timeLimited'),
      validityStart: { as: 'day', two: ['2026-01-01', '2026-02-01'] },
      validityEnd: { as: 'day', two: ['2099-01-01', '2099-02-01'] },
      licenseId: { as: 'reference', two: ['Form Suite · L1', 'Form Tool · L2'] },
      customerId: owner,
      seats: numbers(3, 4),
    },
    onlyNew: {
      licenseKey: { as: 'text', two: [textOf('FORM1'), ''] },
      userName: { as: 'text', two: ['Form Ann', ''] },
    },
  },
  {
    list: 'licenses',
    record: 'license',
    create: createLicense,
    plain: licenseFields,
    special: {
      productId: product,
      customerId: owner,
      quantity: numbers(3, 4),
      cost: numbers(10.5, 11),
      renewsItself: { as: 'yesNo', two: ['yes', 'no'], reads: [true, false] },
    },
  },
  {
    list: 'equipment',
    record: 'equipment',
    create: createEquipment,
    plain: equipmentFields,
    special: {
      name: { as: 'text', two: ['Form unit one', 'Form unit two'] },
      customerId: owner,
      status: choice('equipmentStatus', 'inService', 'inStock'),
    },
  },
  {
    list: 'products',
    record: 'product',
    create: createProduct,
    plain: productFields,
    special: { name: { as: 'text', two: ['Form product one', 'Form product two'] } },
  },
  {
    list: 'customers',
    record: 'customer',
    create: createCustomer,
    plain: customerFields,
    special: { name: { as: 'text', two: ['Form customer one', 'Form customer two'] } },
  },
];

/** What no form has: other ways to say it, verbs, and what stands in a section or a test of its own (deliveries.test.ts). */
const elsewhere = ['productName', 'archived', 'attributes', 'allowSimilarTo', 'delivery', 'licenseFile'];

/** Values of plain fields that are judged by more than their kind. */
const judged: Record<string, Two> = {
  currency: ['CHF', 'EUR'],
  website: ['https://a.example/1', 'https://b.example/2'],
  end: ['2027-03-01', '2027-04-01'],
};

function plainFilled(fields: PlainFields): Record<string, Filled> {
  const filled = Object.entries(fields).map(([name, { kind }]): [string, Filled] => {
    if (kind === 'day') return [name, { as: 'day', two: judged[name] ?? ['2026-01-31', '2026-02-28'] }];
    return [name, { as: 'text', two: judged[name] ?? [`First ${name}`, `Second ${name}`] }];
  });
  return Object.fromEntries(filled);
}

/** A record as its form says it: what it refers to by name. */
function readAs(name: string, record: Record<string, unknown>): unknown {
  if (!name.endsWith('Id')) return record[name];
  const referred = record[name.slice(0, -2)] as { name: string } | null;
  return referred?.name;
}

let desk: Desk;
let screen: Screen;
let go: (address: string) => Promise<unknown>;
let path: () => string;
let check: (label: string, isChecked: boolean) => Promise<void>;

beforeAll(async () => {
  desk = await newDesk();
  for (const name of owner.two) await desk.post('/customers', { name });
  for (const [i, name] of product.two.entries())
    await desk.post('/licenses', { productName: name, orderNumber: `L${i + 1}` });
  const page = await desk.signIn();
  screen = screenOf(page);
  go = (address) => goTo(page, address);
  check = (name, isChecked) => page.getByRole('checkbox', { name }).setChecked(isChecked);
  path = () => new URL(page.url()).pathname;
});
afterAll(() => desk?.browser.close());

async function fill(record: LabelledRecord, fields: Record<string, Filled>, which: 0 | 1): Promise<void> {
  for (const [name, { as, two }] of Object.entries(fields)) {
    // Every field of a form is labelled; a reference as what it refers to.
    const label = labelOf(name.replace(/Id$/, '') as LabelledField, record, english);
    const value = two[which];
    if (as === 'reference') await screen.choose(label, value.split(' · ')[0] ?? '', value);
    else if (as === 'choice') await screen.choose(label, '', value);
    else if (as === 'yesNo') await check(label, value === 'yes');
    else if (as === 'day') await screen.day(label, value);
    else await screen.field(label).fill(value);
  }
}

describe('the form of a record', () => {
  it.each(forms)('house: of $list has every field, and keeps both values of each', async (form) => {
    const { list, record, create, plain, special, onlyNew = {} } = form;
    const fields = { ...special, ...plainFilled(plain) };
    // Bodies of records are strict objects.
    const members = Object.keys((create.body as z.ZodObject).shape).filter((name) => !elsewhere.includes(name));
    expect(members.toSorted()).toEqual(Object.keys({ ...fields, ...onlyNew }).toSorted());
    const saved = async (which: 0 | 1) => {
      await screen.button(/^Save Ctrl S/).click();
      await screen.button('Edit').waitFor();
      const now = await desk.get(path());
      for (const [name, { two, reads = two }] of Object.entries(fields))
        expect(readAs(name, now), name).toEqual(reads[which]);
      return now;
    };
    await go(`/${list}/new`);
    await fill(record, { ...onlyNew, ...fields }, 0);
    const made = await saved(0);
    if (record === 'key') expect(made).toMatchObject({ maskedKey: maskOf('FORM1'), userName: 'Form Ann' });
    await screen.edit();
    await fill(record, fields, 1);
    await saved(1);
  });
});
