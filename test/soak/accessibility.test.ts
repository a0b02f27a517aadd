import { expect, it } from 'vitest';
import { findingsOf } from '../harness/accessible.ts';
import { atEnd } from '../harness/at-end.ts';
import { openBrowser } from '../harness/browser.ts';
import { startDemo } from '../harness/demo.ts';

const anHour = 3_600_000;
const schemes = ['light', 'dark'] as const;

it.each(['en', 'de'] as const)(
  'axe finds nothing on any screen, in any dialog or menu, light and dark, desktop and phone: %s',
  async (language) => {
    const [demo, browser] = await Promise.all([startDemo(language), openBrowser()]);
    atEnd(() => browser.close());
    for (const device of ['desktop', 'phone'] as const)
      expect(await findingsOf(browser, { demo, device, whole: schemes })).toEqual([]);
  },
  anHour,
);
