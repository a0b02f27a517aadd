import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditActions } from '../../src/domain/audit/actions.ts';
import { axeFinds } from '../harness/accessible.ts';
import { isElsewhere, openState, recordsOf, type State, statesOf } from '../harness/accessible-states.ts';
import { openBrowser } from '../harness/browser.ts';
import { type Demo, signIn, startDemo, wordsOf } from '../harness/demo.ts';
import { foreignTexts } from '../harness/foreign-texts.ts';
import { pseudoVocabulary } from '../harness/pseudo-language.ts';
import { settled, watchRequests } from '../harness/settled.ts';

const inPage = (name: string): string => readFileSync(new URL(`../harness/${name}.js`, import.meta.url), 'utf8');
const [shownTexts, layoutFaults] = [inPage('shown-texts'), inPage('layout-faults')];
const pseudo = pseudoVocabulary();
const words = wordsOf(pseudo);
const widths = [1440, 390] as const;

/** What the states themselves write into fields and files. */
const typed = [
  ...['nobody@example.org', 'not a password', 'a', 'zzzzzz', 'NO-SUCH-TAG'],
  ...['7H4RV-QW9TK-3MXP2-8DJNC-MANY1 7H4RV •••••-12345', 'keys.csv', 'Shelf', 'Office', 'permanent · permanent'],
];
const texts = foreignTexts(typed);

let browser: Browser;
let demo: Demo;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo('en'), openBrowser()]);
});
afterAll(() => browser?.close());

/** A page in which the other language stands in the place of German. */
async function openPage(isSignedIn: boolean): Promise<Page> {
  const baseURL = demo.server.url;
  const context = await browser.newContext({ locale: 'de-DE', baseURL, reducedMotion: 'reduce' });
  context.setDefaultTimeout(8000);
  await context.route('**/assets/de-*.json', (route) => route.fulfill({ json: pseudo }));
  if (isSignedIn) await signIn(context, demo, demo);
  const page = await context.newPage();
  watchRequests(page);
  texts.listen(page);
  return page;
}

/** An entry of each action that the demo has in its log, opened where there is least room. */
async function entriesOf(page: Page): Promise<State[]> {
  const states = auditActions.map(async (action): Promise<State[]> => {
    const answer = await page.context().request.get(`/api/v1/audit?action=${action}&limit=1`);
    const { items } = await answer.json();
    return items.map(({ idx }: { idx: number }) => ({
      name: `entry ${action}`,
      path: `/audit?idx=${idx}`,
      onlyPhone: true as const,
    }));
  });
  return (await Promise.all(states)).flat();
}

/**
 * What axe finds on a page, if it is asked, and what has no room there, in the widths of a desk and of a phone.
 */
async function faultsOf(
  page: Page,
  { name, phone, onlyPhone }: State,
  isForAxe: boolean,
): Promise<{ axe: string[]; layout: string[] }> {
  const faults = { axe: [] as string[], layout: [] as string[] };
  for (const width of onlyPhone ? [390] : widths) {
    await page.setViewportSize({ width, height: 900 });
    await settled(page, 1);
    const at = `${name} at ${width}`;
    if (isForAxe && width > 390)
      faults.axe.push(...(await axeFinds(page, at, { whole: ['light'], colors: ['dark'], fewRows: true })));
    else if (isForAxe && (phone || onlyPhone))
      faults.axe.push(...(await axeFinds(page, at, { whole: ['dark'], fewRows: true })));
    const found = await page.evaluate<string[]>(layoutFaults);
    faults.layout.push(...found.map((fault) => `${at}: ${fault}`));
  }
  return faults;
}

/** Opens every screen, dialog and menu once, in several pages side by side. */
async function everyFault(): Promise<{ axe: string[]; layout: string[] }> {
  const [outside, ...inside] = await Promise.all([openPage(false), openPage(true), openPage(true)]);
  const [first] = inside;
  const screens = statesOf(await recordsOf(first));
  // Entries are one dialog with other words.
  const states = [...screens, ...(await entriesOf(first))];
  const faults = { axe: [] as string[], layout: [] as string[] };
  /** Takes one state after another that a page can show. */
  const look = async (page: Page, isMine: (state: State) => boolean): Promise<void> => {
    let isTouched = true;
    // On another screen what was done is gone: the same one would have to be opened anew.
    const isApart = ({ path }: State) => !isTouched || isElsewhere(page, path);
    const next = () => states.find((state) => isMine(state) && isApart(state)) ?? states.find(isMine);
    for (let state = next(); state; state = next()) {
      states.splice(states.indexOf(state), 1);
      await page.setViewportSize({ width: state.onlyPhone ? 390 : 1440, height: 900 });
      await openState(page, state, words, isTouched);
      isTouched = state.act !== undefined;
      await texts.see(state.name, await page.evaluate<string[]>(shownTexts));
      const { axe, layout } = await faultsOf(page, state, screens.includes(state));
      faults.axe.push(...axe);
      faults.layout.push(...layout);
    }
  };
  await Promise.all([
    look(outside, ({ signedOut }) => signedOut === true),
    ...inside.map((page) => look(page, ({ signedOut }) => !signedOut)),
  ]);
  return faults;
}

// All combinations of language, scheme and device are in test/soak; this language stands for each of them.
describe('every screen, dialog and menu, in a language that only tests know', () => {
  let faults: Awaited<ReturnType<typeof everyFault>>;
  beforeAll(async () => {
    faults = await everyFault();
  }, 600_000);

  it('D: every text comes from the words of a language, and has room', () => {
    expect([...texts.found(), ...faults.layout]).toEqual([]);
  });

  it('axe finds nothing, light and dark, at a desk and on a phone', () => {
    expect(faults.axe).toEqual([]);
  });
});
