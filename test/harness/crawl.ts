import type { ElementHandle, Page } from 'playwright-core';
import { goTo, settled } from './settled.ts';

/** What can be clicked at the moment: what it is and is called, and whether it belongs to what is open above the screen. */
type Control = { name: string; inOverlay: boolean };
type Seen = { controls: Control[]; overlays: number; isWide: boolean };

export type Crawl = {
  page: Page;
  /** Words of controls that are left alone: they end the session, or somebody's access. */
  spared: readonly string[];
  /** `role`: a control of the same kind and name is clicked once in all; `screen`: once on every screen. */
  once: 'role' | 'screen';
  /** How deep it goes into what a click opens; what it does not go into is closed again. */
  depth: number;
  clicked: Set<string>;
  /** Where the crawler is, for what the page reports meanwhile. */
  place: string;
  problems: string[];
};

/**
 * In the page: everything visible and enabled that can be clicked. Where something is open above the screen, only what
 * is in the uppermost of it. Of the rows of a table and the entries of a list, which are alike, the first one and three.
 * Buttons that confirm a dialog are left out.
 */
const collect = `(() => {
  const visible = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && one.getClientRects().length > 0;
  const overlays = [...document.querySelectorAll('[role=dialog], [role=menu], [role=listbox]')].filter(visible);
  const top = overlays.at(-1);
  const label = (one) => {
    const named = one.getAttribute('aria-label')
      || [...(one.labels ?? [])].map((label) => label.textContent).join(' ')
      || (one.tagName === 'INPUT' || one.tagName === 'TEXTAREA' ? one.placeholder : one.textContent) || '';
    return named.replaceAll(/\\s+/g, ' ').trim().slice(0, 80);
  };
  const role = (one) => one.getAttribute('role') ?? (one.tagName === 'A' ? 'link' : one.tagName === 'INPUT' ? one.type : one.tagName.toLowerCase());
  const isOff = (one) => one.disabled || one.closest('[aria-disabled=true], fieldset:disabled') !== null;
  const repeats = (one) => {
    const row = one.closest('tbody tr');
    if (row && row !== [...row.parentElement.children].find(visible)) return true;
    const entry = one.closest('li');
    if (entry && [...entry.parentElement.children].indexOf(entry) > 2) return true;
    return one.getAttribute('role') === 'option' && [...one.parentElement.querySelectorAll('[role=option]')].indexOf(one) > 1;
  };
  const confirms = (one) => one.closest('[role=dialog]') !== null && (one.type === 'submit' && one.tagName === 'BUTTON' || one.dataset.variant === 'filled');
  const leadsAway = (one) => one.tagName === 'A' && !/^(https?|blob):/.test(one.href);
  const found = [...(top ?? document).querySelectorAll(
    'a[href], button, input:not([type=hidden]), textarea, summary, [role=tab], [role=menuitem], [role=option], [role=switch]',
  )].filter((one) => visible(one) && !isOff(one) && !repeats(one) && !confirms(one) && !leadsAway(one));
  const named = new Map();
  for (const one of found) {
    const place = one.closest('nav, [role=tablist]') ? 'nav' : one.closest('header') && !one.closest('main') ? 'head' : top ? 'open' : 'main';
    const name = place + ' ' + role(one) + ' ' + label(one);
    if (!named.has(name)) named.set(name, one.type === 'radio' ? (one.labels[0] ?? one) : one);
  }
  return { named, overlays: overlays.length };
})()`;

async function look(page: Page): Promise<Seen> {
  return page.evaluate<Seen>(`(() => {
    const { named, overlays } = ${collect};
    const main = document.querySelector('main');
    const isWide = document.documentElement.scrollWidth > innerWidth || (main !== null && main.scrollWidth > main.clientWidth);
    return { controls: [...named.keys()].map((name) => ({ name, inOverlay: overlays > 0 })), overlays, isWide };
  })()`);
}

async function find(page: Page, name: string): Promise<ElementHandle | null> {
  const handle = await page.evaluateHandle(`(${collect}).named.get(${JSON.stringify(name)})`);
  // A handle of an element, or of undefined.
  return handle.asElement() as ElementHandle | null;
}

/** Clicks everything on a screen, and everything in what that opens, each from the screen as it was opened. */
export async function crawlScreen(crawl: Crawl, path: string): Promise<void> {
  await open(crawl, path);
  await clickAll(crawl, path, []);
}

/** `way`: the controls that lead from the screen to where this begins. */
async function clickAll(crawl: Crawl, path: string, way: readonly string[]): Promise<void> {
  const { page } = crawl;
  let before = await look(page);
  for (const { name } of before.controls) {
    if (crawl.spared.some((word) => name.endsWith(` ${word}`)) || !isNew(crawl, path, way, name)) continue;
    crawl.place = [path, ...way, name].join(' › ');
    if (!(await click(crawl, name))) continue;
    const after = await look(page);
    const isElsewhere = !isAt(page, path);
    if (!isElsewhere && after.overlays > before.overlays) {
      if (way.length < crawl.depth) await clickAll(crawl, path, [...way, name]);
      await close(crawl, before.overlays);
    }
    if (isElsewhere || !isSame(before, await look(page))) {
      await open(crawl, path);
      for (const step of way) await click(crawl, step);
      const again = await look(page);
      // What a click has changed for good leaves other controls: they come with the next screen.
      before = { ...again, controls: before.controls };
    }
  }
}

function isNew({ clicked, once }: Crawl, path: string, way: readonly string[], name: string): boolean {
  const place = name.startsWith('nav ') || name.startsWith('head ') || once === 'role' ? '' : path;
  const key = `${place} ${way.at(-1) ?? ''} ${name}`;
  if (clicked.has(key)) return false;
  clicked.add(key);
  return true;
}

const isAt = (page: Page, path: string): boolean => {
  const { pathname, search } = new URL(page.url());
  return pathname + search === path;
};

function isSame(a: Seen, b: Seen): boolean {
  const names = ({ controls }: Seen): string => controls.map(({ name }) => name).join('\n');
  return a.overlays === b.overlays && names(a) === names(b);
}

async function open(crawl: Crawl, path: string): Promise<void> {
  const { page, problems } = crawl;
  crawl.place = path;
  // A form that was touched keeps its draft: the screen would not be as it is opened at first.
  await page.evaluate(`location.protocol.startsWith('http') && sessionStorage.clear()`);
  await goTo(page, path, { anew: isAt(page, path) || (await look(page)).overlays > 0 });
  if (!isAt(page, path)) await goTo(page, path, { anew: true });
  if ((await look(page)).isWide) problems.push(`${path}: scrolls sideways`);
}

async function click({ page, problems }: Crawl, name: string): Promise<boolean> {
  const control = await find(page, name);
  if (!control) return false;
  try {
    await control.click({ timeout: 3000 });
  } catch (error) {
    problems.push(`cannot be clicked: ${name}: ${error instanceof Error ? error.message.slice(0, 600) : error}`);
    return false;
  }
  await settled(page, 1);
  if ((await look(page)).isWide) problems.push(`${page.url()} after ${name}: scrolls sideways`);
  return true;
}

const mostOpen = 4;

/** What was opened is closed by Escape. */
async function close({ page, place, problems }: Crawl, overlays: number): Promise<void> {
  for (let i = 0; i < mostOpen && (await look(page)).overlays > overlays; i++) {
    await page.keyboard.press('Escape');
    await settled(page, 1);
  }
  if ((await look(page)).overlays > overlays) problems.push(`${place}: Escape does not close what is open`);
}
