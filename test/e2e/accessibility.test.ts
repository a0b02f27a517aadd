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

// Every combination of scheme, language and rule is asked by the same file in test/soak.
describe('accessibility: axe finds nothing', () => {
  it('in English and light', async () => {
    expect(await findingsOf(browser, { demo: demos.en, device: 'desktop', whole: ['light'], colors: [] })).toEqual([]);
  }, 600_000);

  it('in German and dark', async () => {
    expect(await findingsOf(browser, { demo: demos.de, device: 'desktop', whole: ['dark'], colors: [] })).toEqual([]);
  }, 600_000);

  it('on a phone', async () => {
    expect(await findingsOf(browser, { demo: demos.de, device: 'phone', whole: ['light'], colors: ['dark'] })).toEqual(
      [],
    );
  }, 600_000);
});
