import type { WriteDb } from '../../db/open.ts';
import { type Day, todayIn } from '../../domain/day.ts';
import type { Language } from '../../domain/languages.ts';
import { makeCheckpoint } from '../audit/checkpoints.ts';
import type { Actor, App } from '../context.ts';
import { runExpiryJob } from '../jobs/expiry.ts';
import { readSettings, systemActor } from '../people/actors.ts';
import { type Founder, makeOrganisation, organisationExists } from '../people/make-organisation.ts';
import { dropSetupToken } from '../people/setup-token.ts';
import { runOut } from './deployments.ts';
import { requireEmpty } from './require-empty.ts';
import { seeded } from './seeded.ts';
import type { Story } from './story.ts';
import { mailAddress, namesOf, tellBeginnings } from './tell-beginnings.ts';
import { planEquipment } from './tell-equipment.ts';
import { planPurchases } from './tell-purchases.ts';
import { planUpkeep } from './tell-upkeep.ts';
import { type DemoTexts, demoTexts, inLanguage } from './texts.ts';
import { newTimeline } from './timeline.ts';
import { withinTransaction } from './within-transaction.ts';

export type DemoOrder = {
  language: Language;
  /** Who founds the organisation, where there is none yet; somebody made up, with a random password, unless said. */
  founder?: Founder;
  /** Told of every day that has passed. */
  onDay?: (day: Day) => void;
};

/** What was made; `administrator` only where the demo made the organisation as well. */
export type LoadedDemo = {
  organisation: string;
  customers: number;
  products: number;
  equipment: number;
  keys: number;
  entries: number;
  administrator: { email: string; password: string } | null;
};

const seed = 20_260_101;

/**
 * Fills an empty database with a believable organisation and a year of its life that ends now, through the verbs, with
 * the clock moved along. All of it is one transaction: a demo that is interrupted leaves nothing. Where there is no
 * organisation, it makes one, a year ago. Where there is one, the log does not go back behind what it says already: its
 * entries bear the moment of its last one. Refuses (`not_empty`) where anybody has recorded anything,
 * and a founder who comes second (`setup_done`).
 */
export async function loadDemo(app: App, order: DemoOrder): Promise<LoadedDemo> {
  const loaded = await app.database.transaction((tx) => tellAll(app, tx, order));
  if (loaded.administrator) dropSetupToken(app);
  app.onAppended(loaded.entries, true);
  await makeCheckpoint(app);
  return loaded;
}

async function tellAll(app: App, tx: WriteDb, order: DemoOrder): Promise<LoadedDemo> {
  // Holds the head of the log, so that nobody else writes until this is done: what is empty now stays so.
  await tx
    .updateTable('audit_head')
    .set((eb) => ({ size: eb.ref('size') }))
    .execute();
  await requireEmpty(tx, app.config);
  const present = app.clock();
  const random = seeded(seed);
  const texts = inLanguage(demoTexts, order.language);
  const known = await tx.selectFrom('settings').select('time_zone').executeTakeFirst();
  if (known && order.founder) throw organisationExists();
  const founder = known ? undefined : (order.founder ?? madeUpFounder(app, texts, order.language));
  const timeZone = known?.time_zone ?? founder?.timeZone ?? 'UTC';
  const timeline = newTimeline(todayIn(timeZone, present), timeZone, present, random);
  const past = withinTransaction(app, tx, timeline.now);
  // Where people have set it up, none of them did any of this: the system says that it was the system.
  const office = founder ? (await makeOrganisation(past, founder)).actor : systemActor('local');
  const story = await newStory(past, { random, texts, timeline, language: order.language }, office);
  await tellBeginnings(story);
  planEquipment(story);
  planPurchases(story);
  planUpkeep(story);
  const lastEntry = known ? await lastMoment(tx) : '';
  await timeline.run(
    async () => {
      // A day before the log's own has no run.
      if (past.clock().toISOString() >= lastEntry) await runExpiryJob(past);
    },
    order.onDay ?? (() => undefined),
  );
  await runOut(story);
  // Where the log was begun before, one run records all that has expired.
  if (known) await runExpiryJob(withinTransaction(app, tx, app.clock));
  const administrator = founder ? { email: founder.email, password: founder.password } : null;
  return { organisation: story.settings.organisation, ...(await countAll(tx)), administrator };
}

function madeUpFounder(app: App, { organisation, mailDomain, staff }: DemoTexts, locale: Language): Founder {
  const name = staff.administrator;
  const password = app.randomBytes(15).toString('base64url');
  const email = mailAddress(name, mailDomain);
  return { name, email, password, organisation, timeZone: 'Europe/Berlin', locale };
}

type Told = Pick<Story, 'random' | 'texts' | 'timeline' | 'language'>;

async function newStory(app: App, told: Told, office: Actor): Promise<Story> {
  const settings = await readSettings(app);
  const { organisation } = settings;
  const about = { name: organisation, short: 'IT', contact: [], size: 0 };
  const house = { id: settings.houseId, about, people: namesOf(told, 12), units: [] };
  const staff = { office, technicians: [], limited: undefined };
  return { ...told, app, settings, staff, customers: [], house, products: new Map(), keys: [] };
}

async function lastMoment(tx: WriteDb): Promise<string> {
  const last = await tx.selectFrom('audit_entry').select('at').orderBy('idx', 'desc').limit(1).executeTakeFirst();
  return last?.at ?? '';
}

async function countAll(tx: WriteDb) {
  const count = async (table: 'customer' | 'product' | 'equipment' | 'key' | 'audit_entry') => {
    const row = await tx
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return row.count;
  };
  return {
    // The house is no customer that anybody serves.
    customers: (await count('customer')) - 1,
    products: await count('product'),
    equipment: await count('equipment'),
    keys: await count('key'),
    entries: await count('audit_entry'),
  };
}
