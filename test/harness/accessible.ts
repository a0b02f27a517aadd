import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { wordsIn } from '../../src/domain/every-language.ts';
import { openState, recordsOf, statesOf } from './accessible-states.ts';
import { patience } from './browser.ts';
import { type Demo, signIn, wordsOf } from './demo.ts';
import { settled, watchRequests } from './settled.ts';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What light and dark can differ in: everything else is the same page. */
const ofColors = ['color-contrast', 'link-in-text-block'];
/** The builder's own, which has it from its package. */
const axeSource = readFileSync(
  createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'),
  'utf8',
);
const widths = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

type Scheme = 'light' | 'dark';
/** How axe looks at a page. */
type Looks = {
  /** The schemes every rule is asked in; in the other one only those about colors. */
  whole: readonly Scheme[];
  colors?: readonly Scheme[];
  /** Looks at the first rows of a list only: they are alike. */
  fewRows?: true;
};

type Plan = {
  demo: Demo;
  device: keyof typeof widths;
} & Looks;

/** What axe finds wrong on every screen, as sentences: screen, scheme, rule and the first elements. */
export async function findingsOf(browser: Browser, { demo, device, ...looks }: Plan): Promise<string[]> {
  const locale = demo.language === 'de' ? 'de-DE' : 'en-US';
  const [inside, outside] = await Promise.all(
    [true, false].map(async (isSignedIn) => {
      const context = await browser.newContext({
        viewport: widths[device],
        locale,
        baseURL: demo.server.url,
        reducedMotion: 'reduce',
      });
      context.setDefaultTimeout(patience);
      if (isSignedIn) await signIn(context, demo, demo);
      const page = await context.newPage();
      watchRequests(page);
      return page;
    }),
  );
  if (!inside || !outside) throw new Error('no page');
  const findings: string[] = [];
  const states = statesOf(await recordsOf(inside)).filter(({ phone, onlyPhone }) =>
    device === 'phone' ? phone || onlyPhone : !onlyPhone,
  );
  const words = wordsOf(wordsIn(demo.language));
  let isTouched = true;
  for (const state of states) {
    const page = state.signedOut ? outside : inside;
    const at = `${demo.language} ${device} ${state.name}`;
    try {
      await openState(page, state, words, isTouched);
    } catch (error) {
      findings.push(`${at}: cannot be opened: ${error}`);
      continue;
    } finally {
      isTouched = state.act !== undefined || state.signedOut === true;
    }
    findings.push(...(await axeFinds(page, at, looks)));
  }
  await Promise.all([inside, outside].map((page) => page.context().close()));
  return findings;
}

/** What axe finds wrong on the page as it stands, as sentences that begin with where that is. */
export async function axeFinds(page: Page, at: string, { whole, colors = [], fewRows }: Looks): Promise<string[]> {
  const findings: string[] = [];
  if (fewRows) await page.evaluate(takeAwayRows);
  for (const scheme of inTurn(page, new Set([...whole, ...colors]))) {
    await showIn(page, scheme);
    const asked = whole.includes(scheme) ? (await axe(page)).withTags(rules) : (await axe(page)).withRules(ofColors);
    for (const { id, nodes } of (await asked.analyze()).violations) {
      const first = nodes.slice(0, 3).map(({ target, html }) => `${target} ${html.slice(0, 160)}`);
      findings.push(`${at}, ${scheme}: ${id}: ${first.join(' | ')}`);
    }
  }
  if (fewRows) await page.evaluate(giveRowsBack);
  return findings;
}

/** The scheme that each page is shown in. */
const shown = new WeakMap<Page, Scheme>();

/** The schemes, that of the page first: a change of it draws all of the page anew. */
function inTurn(page: Page, schemes: ReadonlySet<Scheme>): Scheme[] {
  return [...schemes].toSorted((a, b) => Number(shown.get(page) === b) - Number(shown.get(page) === a));
}

async function showIn(page: Page, scheme: Scheme): Promise<void> {
  if (shown.get(page) === scheme) return;
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  shown.set(page, scheme);
  await settled(page, 1);
}

/** Axe goes through all that a page shows, whatever it is asked about. */
const takeAwayRows = `(() => {
  globalThis.withoutRows ??= new CSSStyleSheet();
  withoutRows.replaceSync('tbody tr:nth-child(n+4) { display: none }');
  document.adoptedStyleSheets.push(withoutRows);
})()`;
const giveRowsBack =
  'document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== withoutRows)';

/**
 * The half megabyte of axe is given to a document once: the builder would do so twice for every look. No page here has a
 * frame: without them axe needs no second page to put results together.
 */
async function axe(page: Page): Promise<AxeBuilder> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axeSource);
  return new AxeBuilder({ page, axeSource: ';' }).setLegacyMode().options({ resultTypes: ['violations'] });
}
