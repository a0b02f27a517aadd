import type { ElementHandle, Page } from 'playwright-core';
import { settled } from './settled.ts';

/** What a page shows: what can be clicked, as words, what is locked, what is open above the screen, and whether it scrolls sideways. */
type Seen = { controls: string[]; locked: string[]; overlays: number; isWide: boolean };

export type Crawl = {
  page: Page;
  /** Names of controls that are left alone: they end the session, or somebody's access. */
  spared: readonly string[];
  clicked: Set<string>;
  clicks: number;
  /** Where the crawler is, for what the page reports meanwhile. */
  place: string;
  /** Takes what broke. */
  say: (problem: string) => void;
};

/**
 * In the page: everything visible and enabled that can be clicked, by where it is, what it is and what it is called.
 * Where something is open above the screen, only what is in the uppermost of it, without the buttons that confirm it.
 * Of what is alike (rows, entries, options, days) the first ones.
 */
const collect = `(() => {
  const visible = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const overlays = [...document.querySelectorAll('[role=dialog], [role=menu], [role=listbox], .mantine-Popover-dropdown')].filter(visible);
  const top = overlays.at(-1);
  const label = (one) => {
    // Which days and options there are depends on what was chosen before.
    if (one.getAttribute('role') === 'option' || top?.contains(one.closest('td'))) return 'any';
    const named = one.getAttribute('aria-label')
      || [...(one.labels ?? [])].map((label) => label.textContent).join(' ')
      || (one.tagName === 'INPUT' || one.tagName === 'TEXTAREA' ? one.placeholder : one.textContent) || '';
    // Figures change while others click, and where they are still on the way.
    return named.replaceAll(/\\s+/g, ' ').replaceAll(/ ?(…|\\d[\\d.,]*)/g, '').trim().slice(0, 80);
  };
  const element = (one) => one.tagName === 'A' ? 'link' : one.tagName === 'INPUT' ? one.type : one.tagName.toLowerCase();
  const role = (one) => one.getAttribute('role') ?? (one.ariaHasPopup === 'menu' ? 'menu' : element(one));
  const isOff = (one) => one.disabled || one.closest('[aria-disabled=true], fieldset:disabled') !== null;
  const isLate = (one) => one?.previousElementSibling != null;
  const repeats = (one) => {
    if (isLate(one.closest('tbody tr')) || one.getAttribute('role') === 'option' && isLate(one)) return true;
    if (!one.closest('nav') && isLate(one.closest('li'))) return true;
    if (top === undefined || top.matches('[role=menu], [aria-modal=true]')) return false;
    return isLate(one.closest('td') ?? one.closest('.mantine-Checkbox-root') ?? one);
  };
  // The library's main button has no variant, or is filled.
  const isMain = (one) => one.matches('.mantine-Button-root') && ['filled', undefined].includes(one.dataset.variant);
  const confirms = (one) => top !== undefined && (isMain(one) || one.tagName === 'BUTTON' && one.type === 'submit');
  const leadsAway = (one) => one.tagName === 'A' && !/^(https?|blob):/.test(one.href);
  const place = (one) => top ? top.querySelector('[class*=calendarHeader]') ? 'calendar' : 'open' : one.closest('header') && !one.closest('main') || one.closest('aside') ? 'frame'
    : one.closest('section[aria-label]') ? 'list' : 'screen';
  const [named, locked] = [new Map(), new Set()];
  for (const one of (top ?? document).querySelectorAll(
    'a[href], button, input:not([type=hidden]), textarea, summary, [role=tab], [role=menuitem], [role=option], [role=switch]',
  )) {
    if (repeats(one) || confirms(one) || leadsAway(one) || !visible(one)) continue;
    const name = [place(one), role(one), label(one)].join(' ');
    if (isOff(one)) {
      locked.add(name);
      continue;
    }
    // The box of a choice may be drawn by its label.
    if (!named.has(name)) named.set(name, ['radio', 'checkbox'].includes(one.type) ? (one.labels[0] ?? one) : one);
  }
  return { named, locked, overlays: overlays.length };
})()`;

const seen = `(() => {
  const { named, locked, overlays } = ${collect};
  const main = document.querySelector('main');
  const isWide = document.documentElement.scrollWidth > innerWidth || (main !== null && main.scrollWidth > main.clientWidth);
  return { controls: [...named.keys()], locked: [...locked], overlays, isWide };
})()`;

const look = ({ page }: Crawl): Promise<Seen> => page.evaluate<Seen>(seen);

async function find({ page }: Crawl, name: string): Promise<ElementHandle | null> {
  const handle = await page.evaluateHandle(`(${collect}).named.get(${JSON.stringify(name)})`);
  // A handle of an element, or of undefined.
  return handle.asElement() as ElementHandle | null;
}

/** Clicks everything on a screen, and everything in what that opens. */
export async function crawlScreen(crawl: Crawl, path: string): Promise<void> {
  crawl.place = path;
  await openAnew(crawl, path);
  const { controls } = await look(crawl);
  for (const name of controls.toSorted((a, b) => turnOf(a) - turnOf(b))) {
    if (!isWanted(crawl, path, [name])) continue;
    crawl.place = `${path} › ${name}`;
    // What a menu offers depends on what was typed before.
    if (isMenu(name)) await openAnew(crawl, path);
    else await reach(crawl, path, [name]);
    if (!(await click(crawl, name)) || !isAt(crawl.page, path)) continue;
    if ((await look(crawl)).overlays > 0) await crawlOpen(crawl, path, name);
  }
}

/** What leads away comes first: a form that was touched asks before it lets go. Menus come last: their verbs may lock the rest. */
function turnOf(name: string): number {
  if (/^\S+ (link|tab) /.test(name)) return 0;
  return isMenu(name) ? 2 : 1;
}

const isMenu = (name: string): boolean => /^\S+ menu /.test(name);

/** Clicks everything in what a control of a screen has opened, and closes it. */
async function crawlOpen(crawl: Crawl, path: string, opener: string): Promise<void> {
  const { controls, overlays } = await look(crawl);
  for (const name of controls) {
    if (!isWanted(crawl, path, [opener, name])) continue;
    crawl.place = [path, opener, name].join(' › ');
    await reach(crawl, path, [opener, name]);
    await click(crawl, name);
    if (isAt(crawl.page, path) && (await look(crawl)).overlays > overlays) await close(crawl, overlays);
  }
  crawl.place = `${path} › ${opener}`;
  if (isAt(crawl.page, path)) await close(crawl, 0);
}

/** Sees to it that the last of the controls can be clicked: the one before it opens what it is in. */
async function reach(crawl: Crawl, path: string, [first = '', second]: string[]): Promise<void> {
  const { page } = crawl;
  const isThere = async (): Promise<boolean> => {
    if (!isAt(page, path)) return false;
    if (second === undefined) return (await look(crawl)).controls.includes(first);
    if ((await look(crawl)).controls.includes(second)) return true;
    if (!(await look(crawl)).controls.includes(first)) return false;
    await click(crawl, first);
    return (await look(crawl)).controls.includes(second);
  };
  if (await isThere()) return;
  if (!isAt(page, path)) {
    await page.goBack({ timeout: deadlineMs }).catch(() => undefined);
    await settled(page);
    if (await isThere()) return;
  }
  await openAnew(crawl, path);
  await isThere();
}

/** What any role has clicked in what lists have in common: their filters, columns and groups. */
const clickedInLists = new Set<string>();

/** Whether the same has not been clicked before: on this screen, or on any where it belongs to the frame or the list. */
function isWanted({ clicked, spared }: Crawl, path: string, way: readonly string[]): boolean {
  if (spared.some((word) => way.at(-1)?.includes(` ${word}`))) return false;
  const isShared = /^(frame|list) /.test(way[0] ?? '');
  const isCalendar = way.at(-1)?.startsWith('calendar ');
  const before = isShared && way.length > 1 ? clickedInLists : clicked;
  const key = [isShared || isCalendar ? '' : path, ...(isCalendar ? way.slice(-1) : way)].join(' › ');
  if (before.has(key)) return false;
  before.add(key);
  return true;
}

const isAt = (page: Page, path: string): boolean => {
  const { pathname, search } = new URL(page.url());
  return pathname + search === path;
};

/** Opens a screen as if it were for the first time: no draft, the words and colors of the beginning. */
async function openAnew(crawl: Crawl, path: string): Promise<void> {
  const { page, say } = crawl;
  await page.evaluate(`location.protocol.startsWith('http') && (sessionStorage.clear(), localStorage.clear())`);
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
  if (!isAt(page, path)) say(`leads to ${page.url()}`);
  if ((await look(crawl)).isWide) say('scrolls sideways');
}

const deadlineMs = 30_000;

async function click(crawl: Crawl, name: string): Promise<boolean> {
  const { page, say } = crawl;
  const control = await find(crawl, name);
  if (!control) {
    if (!(await look(crawl)).locked.includes(name)) say(`is no longer there: ${name}`);
    return false;
  }
  crawl.clicks += 1;
  try {
    await control.click({ timeout: deadlineMs });
    await settled(page, 1);
    if ((await look(crawl)).isWide) say('scrolls sideways');
    return true;
  } catch (error) {
    say(`cannot be clicked: ${name}: ${error instanceof Error ? error.message.slice(0, 600) : error}`);
    return false;
  }
}

const mostOpen = 4;

/** What was opened is closed by Escape. */
async function close(crawl: Crawl, overlays: number): Promise<void> {
  const { page, say } = crawl;
  for (let i = 0; i < mostOpen && (await look(crawl)).overlays > overlays; i++) {
    await page.keyboard.press('Escape');
    await settled(page, 1);
  }
  if ((await look(crawl)).overlays > overlays) say('Escape does not close what is open');
}
