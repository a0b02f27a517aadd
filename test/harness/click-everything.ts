import type { Browser, BrowserContext, Page } from 'playwright-core';
import { wordsIn } from '../../src/domain/every-language.ts';
import { type Role, roles } from '../../src/domain/permissions.ts';
import { atEnd } from './at-end.ts';
import { openBrowser, patience } from './browser.ts';
import { type Crawl, crawlScreen } from './crawl.ts';
import { type Demo, signIn, startDemo, wordsOf } from './demo.ts';
import { settled, watchRequests } from './settled.ts';

let started: Promise<{ browser: Browser; demo: Demo; admin: BrowserContext }> | undefined;

async function start() {
  const [browser, demo] = await Promise.all([openBrowser(), startDemo('en')]);
  atEnd(() => browser.close());
  const admin = await browser.newContext({ baseURL: demo.server.url });
  await signIn(admin, demo, demo);
  return { browser, demo, admin };
}

const { word } = wordsOf(wordsIn('en'));
/** What ends a session or somebody's access; and what has everybody set up a second factor, this role included. */
const spared = [
  'account.signOut',
  'settings.sessions.endAll',
  'settings.users.signOut',
  'settings.users.disable',
  'settings.organisation.secondFactorRequired',
].map((name) => word(name));

/** Clicks what a role sees on every screen; answers what broke, with the way to it, and says it as it goes. */
export async function clickEverything(role: Role): Promise<string[]> {
  started ??= start();
  const { browser, demo, admin } = await started;
  const who = { name: `Clara ${role}`, email: `clara.${role}@lapwing.example`, password: 'walnut kite harbour 42' };
  const made = await admin.request.post('/api/v1/users', { data: { ...who, role, customerIds: null } });
  if (made.status() !== 201) throw new Error(await made.text());
  const context = await browser.newContext({
    baseURL: demo.server.url,
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(patience);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  watchRequests(page);
  const problems: string[] = [];
  const crawl = watched(page, (problem) => {
    console.error(`${role}: ${problem}`);
    problems.push(problem);
  });
  await firstLoad(page);
  await signIn(context, demo, who);
  for (const path of await screensOf(admin, roles.indexOf(role))) {
    const [before, began] = [crawl.clicks, performance.now()];
    await crawlScreen(crawl, path);
    // It takes long, and shows where it is.
    console.info(`${role} ${path}: ${crawl.clicks - before} clicks, ${Math.round(performance.now() - began)} ms`);
  }
  await context.close();
  return problems;
}

/** Before anybody signs in. */
async function firstLoad(page: Page): Promise<void> {
  await page.goto('/keys');
  await page.waitForURL('**/sign-in?to=*');
  await settled(page);
}

/** A page whose every complaint becomes a problem, at the place the crawler is. */
function watched(page: Page, take: (problem: string) => void): Crawl {
  const say = (what: string): void => take(`${crawl.place}: ${what}`);
  const crawl: Crawl = { page, spared, clicked: new Set(), clicks: 0, place: 'sign-in', say };
  page.on('pageerror', ({ message }) => say(`error: ${message}`));
  page.on('console', (message) => {
    // The browser's own line about an answer: the answer itself is judged below.
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource'))
      say(`console: ${message.text()}`);
  });
  page.on('response', async (response) => {
    if (response.status() < 400) return;
    const what = `${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`;
    // On a slow machine a crawl outlasts the minutes for which a password holds: it is asked for once more.
    const isAskedAgain = response.status() === 403 && (await response.text()).includes('confirmation_needed');
    if (!isAskedAgain && !isDeliberate(crawl.place, what)) say(what);
  });
  page.on('requestfailed', (request) => {
    // A download, or what a left screen no longer needs.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') say(`${request.failure()?.errorText} ${request.url()}`);
  });
  page.on('dialog', (dialog) => void dialog.accept());
  page.on('filechooser', () => undefined);
  return crawl;
}

/** The rules of a record are the server's alone: an empty form is refused by it, and says so at its fields. */
function isDeliberate(place: string, what: string): boolean {
  const [screen = '', control = ''] = place.split(' › ');
  const isSaving = ['form.save', 'keys.saveAndNext'].some((name) => control.includes(` ${word(name)}`));
  return isSaving && screen.endsWith('/new') && what === `400 POST /api/v1/${screen.split('/')[1]}`;
}

/** Every screen, with records that have something to show; others for each number, as clicking changes them. */
async function screensOf({ request }: BrowserContext, number: number): Promise<string[]> {
  const items = async (list: string) => {
    const found = (await (await request.get(`/api/v1/${list}`)).json()).items;
    if (found.length <= number) throw new Error(`the demo has too few: ${list}`);
    return found;
  };
  const one = async (list: string): Promise<string> => (await items(`${list}limit=${number + 1}`))[number].id;
  const [applied, free, revoked, license, product, customer] = await Promise.all(
    [
      'keys?status=applied&keyType=subscription&',
      'keys?status=available&keyType=permanent&',
      'keys?status=revoked&',
      'licenses?',
      'products?',
      'customers?',
    ].map(one),
  );
  const unit = await one('equipment?status=inService&keyCountFrom=2&');
  return [
    '/',
    '/keys',
    `/keys/${applied}`,
    `/keys/${applied}?tab=audit`,
    `/keys/${applied}?tab=renewals`,
    `/keys/${free}`,
    `/keys/${revoked}`,
    '/keys/new',
    '/keys/add-many',
    '/equipment',
    `/equipment/${unit}`,
    `/equipment/${unit}?tab=history`,
    `/equipment/${unit}?tab=fields`,
    '/equipment/new',
    '/scan',
    '/assignments',
    '/audit',
    '/licenses',
    `/licenses/${license}`,
    `/licenses/${license}?tab=audit`,
    '/licenses/new',
    '/products',
    `/products/${product}`,
    '/products/new',
    '/customers',
    `/customers/${customer}`,
    '/customers/new',
    '/import',
    '/reports',
    ...['account', 'users', 'features', 'organisation', 'jobs', 'integrity'].map((tab) => `/settings?tab=${tab}`),
    '/no-such-screen',
  ];
}
