import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { newFolder, password, type Server, serve } from '../harness/process.ts';

let browser: Browser;
/** Whose form is looked at and never sent. */
let untouched: Server;
const faults: string[] = [];

const newServer = (): Promise<Server> => serve({ DATA_DIR: newFolder() });

beforeAll(async () => {
  [browser, untouched] = await Promise.all([openBrowser(), newServer()]);
});
afterAll(() => browser?.close());

/** The form of a new installation, behind the link that the server printed. */
async function firstStart(server: Server, locale: string, timezoneId: string): Promise<Page> {
  const link = /http:\S+\/setup#token=\S+/.exec(server.line)?.[0] ?? '';
  const page = await (await browser.newContext({ locale, timezoneId })).newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(link);
  return page;
}

async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await page.getByRole('textbox', { name: label }).fill(text);
}

const zoneOf = (page: Page, label: string): Promise<string> => page.getByRole('combobox', { name: label }).inputValue();

describe('the first start', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Europe/Kyiv'])(
    'P3: proposes the time zone of a browser in %s',
    async (zone) => {
      const page = await firstStart(untouched, 'en-US', zone);
      const own = await page.evaluate('Intl.DateTimeFormat().resolvedOptions().timeZone');
      expect(await zoneOf(page, 'Time zone')).toBe(own);
      await page.context().close();
    },
  );

  it('P3: makes an empty organization and its administrator, who is signed in and told where to begin', async () => {
    const page = await firstStart(await newServer(), 'en-US', 'UTC');
    await fill(page, { Organization: 'Nordwind IT', 'Your name': 'Ada Admin', 'E-mail': 'ada@nordwind.example' });
    await page.getByLabel('Password', { exact: false }).first().fill(password);
    await page.getByRole('button', { name: 'Make the organization' }).click();
    await page.getByRole('heading', { name: 'Where to begin' }).waitFor();
    expect(page.url()).not.toContain('token');
    await page.context().close();
  });

  it('P3, D: begins with the demo organization, in German', async () => {
    const page = await firstStart(await newServer(), 'de-DE', 'Europe/Berlin');
    await fill(page, { Organisation: 'Nordwind IT', 'Ihr Name': 'Ada Admin', 'E-Mail': 'ada@nordwind.example' });
    await page.getByLabel('Passwort', { exact: false }).first().fill(password);
    await page.getByLabel('einer Demo-Organisation').check();
    await page.getByRole('button', { name: 'Organisation anlegen' }).click();
    // A year of history is told first.
    await page.getByRole('heading', { name: 'Als Nächstes laufen ab' }).waitFor({ timeout: 50_000 });
    await page.context().close();
    expect(faults).toEqual([]);
  });
});
