import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf } from '../harness/accessible.ts';
import { openBrowser } from '../harness/browser.ts';
import { type Demo, startDemo } from '../harness/demo.ts';

let browser: Browser;
let demos: { en: Demo; de: Demo };

beforeAll(async () => {
  const [en, de, opened] = await Promise.all([startDemo('en'), startDemo('de'), openBrowser()]);
  demos = { en, de };
  browser = opened;
});
afterAll(() => browser?.close());

// Every screen, dialog and menu once, half of them in each language and scheme; all combinations are in test/soak.
describe('accessibility: axe finds nothing', () => {
  it('in English and light', async () => {
    const plan = { device: 'desktop', whole: ['light'], colors: [], without: 0, fewRows: true } as const;
    expect(await findingsOf(browser, { demo: demos.en, ...plan })).toEqual([]);
  }, 300_000);

  it('in German and dark', async () => {
    const plan = { device: 'desktop', whole: ['dark'], colors: [], without: 1, fewRows: true } as const;
    expect(await findingsOf(browser, { demo: demos.de, ...plan })).toEqual([]);
  }, 300_000);

  it('on a phone', async () => {
    const plan = { device: 'phone', whole: ['light'], colors: ['dark'], fewRows: true } as const;
    expect(await findingsOf(browser, { demo: demos.de, ...plan })).toEqual([]);
  }, 300_000);
});
