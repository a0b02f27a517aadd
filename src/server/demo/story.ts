import type { Day } from '../../domain/day.ts';
import type { KeyType } from '../../domain/key-rules.ts';
import type { Language } from '../../domain/languages.ts';
import type { Actor, App, Ctx, Settings } from '../context.ts';
import { contextOf } from '../http/request-context.ts';
import { newId } from '../ids.ts';
import type { Audience, DemoProduct } from './products.ts';
import type { Seeded } from './seeded.ts';
import type { DemoCustomer, DemoTexts } from './texts.ts';
import type { Timeline } from './timeline.ts';
import type { UnitKind } from './unit-kinds.ts';

/** What the story knows of its records, beside what is recorded: enough to choose what happens next. */
export type Customer = { id: string; about: DemoCustomer; people: string[]; units: Unit[] };
export type Unit = {
  id: string;
  name: string;
  kind: UnitKind;
  customer: Customer;
  person: string | undefined;
  status: 'inStock' | 'inService' | 'returned' | 'retired';
};
export type Product = DemoProduct & { id: string };
export type Holding = { assignmentId: string; unit: Unit | undefined; person: string | undefined };
export type Key = {
  id: string;
  product: Product;
  customer: Customer;
  keyType: KeyType;
  validityStart: Day | undefined;
  validityEnd: Day | undefined;
  seats: number;
  holdings: Holding[];
  isRevoked: boolean;
  wasHeld: boolean;
};

/** Who acts: the office records and decides, technicians go to the units. `limited` sees some customers only. */
type Staff = { office: Actor; technicians: Actor[]; limited: Actor | undefined };

export type Story = {
  app: App;
  language: Language;
  texts: DemoTexts;
  settings: Settings;
  random: Seeded;
  timeline: Timeline;
  staff: Staff;
  customers: Customer[];
  house: Customer;
  products: Map<string, Product>;
  keys: Key[];
};

/** What a verb gets when somebody of the story calls it, some seconds after the last one. */
export function by({ app, settings, timeline }: Story, actor: Actor): Ctx {
  timeline.pass();
  return contextOf(app, {
    actor,
    settings,
    requestId: newId(app),
    address: undefined,
    idempotency: undefined,
    ifMatch: '*',
    asked: undefined,
  });
}

/** A technician who may work for a customer. */
export function technicianFor({ staff, random }: Story, customer: Customer): Actor {
  const { limited, technicians } = staff;
  if (limited && limited.scope !== 'all' && limited.scope.includes(customer.id)) return limited;
  return random.pick(technicians);
}

export function today({ timeline }: Story): Day {
  return timeline.dayOf(timeline.daysAgo());
}

export function unitsOf({ customers, house }: Story): Unit[] {
  return [house, ...customers].flatMap(({ units }) => units);
}

export function keysOn({ keys }: Story, unit: Unit): Key[] {
  return keys.filter(({ holdings }) => holdings.some((holding) => holding.unit === unit));
}

export function isExpired(story: Story, { validityEnd }: Key): boolean {
  return validityEnd !== undefined && validityEnd < today(story);
}

/** Whether a key could be applied today. */
export function canApply(story: Story, key: Key): boolean {
  const started = key.validityStart === undefined || key.validityStart <= today(story);
  return started && !key.isRevoked && !isExpired(story, key) && key.holdings.length < key.seats;
}

/** Whether a product belongs on a unit of that kind. */
export function fits(audience: Audience, kind: UnitKind): boolean {
  return audience === kind.audience;
}
