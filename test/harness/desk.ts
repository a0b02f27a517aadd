import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openBrowser, patience } from './browser.ts';
import { ask, type Installation, install, keybook, password } from './process.ts';
import { settled as atRest, watchRequests } from './settled.ts';

/** `path`: what is opened first. */
type Who = Pick<BrowserContextOptions, 'locale' | 'viewport'> & { email?: string; path?: string | undefined };

/** A page needs a moment; a wrong one stays wrong. */
export const settled = <T>(read: () => T) => expect.poll(read, { timeout: patience });

/** A license key whose visible last characters are `tail`, and what the screens show of it. */
export const textOf = (tail: string): string => `7H4RV-QW9TK-3MXP2-8DJNC-${tail}`;
export const maskOf = (tail: string): string => `•••••-•••••-•••••-•••••-${tail}`;

/** A subscription's validity. */
export const until = (validityEnd: string, validityStart?: string) => ({
  keyType: 'subscription',
  validityEnd,
  ...(validityStart !== undefined && { validityStart }),
});

/** An installation with a browser before it: what a person sees and does, and what the API says of it. */
export type Desk = ReturnType<typeof deskOf>;

/** A fresh installation and a browser. Close the browser after the file. */
export async function newDesk(): Promise<Desk> {
  const [installation, browser] = await Promise.all([install(), openBrowser()]);
  return deskOf(installation, browser);
}

type Key = { id: string; maskedKey: string };

function deskOf(installation: Installation, browser: Browser) {
  const get = async (path: string) => (await ask(installation, 'GET', path)).body;
  const post = async (path: string, body: unknown) => {
    const answer = await ask(installation, 'POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    installation,
    browser,
    get,
    post,
    /** A key whose visible last characters are `tail`; permanent where nothing else is said. */
    newKey: (tail: string, productName: string, more: object = {}): Promise<Key> =>
      post('/keys', { licenseKey: textOf(tail), productName, keyType: 'permanent', ...more }),
    /** A unit whose serial number is its name where no other is given. */
    newUnit: (name: string, more: object = {}): Promise<{ id: string }> =>
      post('/equipment', { name, serialNumber: name, ...more }),
    apply: (key: { id: string }, unit: { id: string }, more: object = {}) =>
      post(`/keys/${key.id}/assignments`, { equipmentId: unit.id, ...more }),
    /** The lines on a unit, or of a key: `equipmentId=…`, `keyId=…`. */
    linesOf: async (filter: string) => (await get(`/assignments?${filter}`)).items,
    /** Adds somebody who signs in with the password of all; `more` are options of the command. */
    newPerson: async (name: string, role: string, email: string, ...more: string[]): Promise<void> => {
      const args = ['user', 'create', '--name', name, '--email', email, '--role', role, '--password-stdin', ...more];
      const made = await keybook(args, installation.env, `${password}\n`);
      if (made.status !== 0) throw new Error(made.stderr);
    },
    statusOf: async (keyId: string): Promise<string> => (await get(`/keys/${keyId}`)).status,
    actionsOf: async (keyId: string): Promise<string[]> =>
      (await get(`/audit?keyId=${keyId}&sort=idx`)).items.map(({ action }: { action: string }) => action),
    /** What the log says of a key, the oldest first. */
    sentencesOf: async (keyId: string): Promise<string[]> =>
      (await get(`/audit?keyId=${keyId}&sort=idx`)).items.map(({ sentence }: { sentence: string }) => sentence),
    /** A page of its own for somebody who is signed in: the administrator where none is named. */
    signIn: async ({ email = 'ada@nordwind.example', path = '', ...options }: Who = {}): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', ...options });
      context.setDefaultTimeout(patience);
      const answer = await context.request.post(`${installation.server.url}/api/v1/session`, {
        data: { email, password },
      });
      if (answer.status() !== 201) throw new Error(await answer.text());
      const page = await context.newPage();
      watchRequests(page);
      await page.goto(installation.server.url + path);
      return page;
    },
  };
}

/** What can be seen and pressed on a page, by the words it has. */
export type Screen = ReturnType<typeof screenOf>;

export function screenOf(page: Page) {
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const combobox = (name: string) => page.getByRole('combobox', { name, exact: true }).or(field(name)).first();
  const row = (text: string | RegExp): Locator => page.locator('tbody tr').filter({ hasText: text });
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });
  /** The cells under a head, from top to bottom, as they read. */
  const column = async (head: string): Promise<string[]> => {
    const heads = await page.getByRole('columnheader').allInnerTexts();
    const place = heads.findIndex((text) => text.trim() === head);
    if (place < 0) throw new Error(`no column ${head}: ${heads.join(' | ')}`);
    const texts = await page.locator(`tbody tr td:nth-child(${place + 1})`).allInnerTexts();
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  };
  return {
    button,
    dialog,
    field,
    combobox,
    row,
    heading,
    column,
    inDialog: (name: string) => dialog().getByRole('button', { name, exact: true }),
    tab: (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}( \\d+)?$`) }),
    rowCount: () => settled(() => page.locator('tbody tr:not([aria-hidden])').count()),
    /** Turns the open record's page into its form. */
    edit: async (): Promise<void> => {
      await button(/^(Edit|Bearbeiten)$/).click();
      await button(/^(Cancel|Abbrechen)$/).waitFor();
    },
    /** What the page of a record says under a label. */
    fact: (label: string) =>
      page
        .locator('dt', { hasText: new RegExp(`^${RegExp.escape(label)}$`) })
        .locator('xpath=following-sibling::dd[1]'),
    /** The status bar's present step. */
    status: () => settled(() => page.locator('[aria-current=step]').textContent()),
    /** Opens a list by the menu: `Client Equipment > Software Key Management > Software Keys`. */
    menu: async (path: string): Promise<void> => {
      const names = path.split(' > ');
      const [list = ''] = names.splice(-1);
      const menu = names.reduce<Locator>(
        (place, name) => place.getByRole('group', { name, exact: true }),
        page.getByRole('navigation', { name: 'Navigation' }),
      );
      await menu.getByRole('link', { name: list, exact: true }).click();
      await heading(list).waitFor();
    },
    /** Types into a field that offers what there is, and takes an offer. */
    choose: async (label: string, typed: string, option: string | RegExp): Promise<void> => {
      await combobox(label).click();
      if (typed !== '') await combobox(label).fill(typed);
      // What was offered before gives way to what is found: a press meanwhile takes neither.
      await atRest(page);
      await page.getByRole('option', { name: option }).first().click();
    },
    /** Types a day and leaves the field. */
    day: async (label: string, typed: string): Promise<void> => {
      await field(label).fill(typed);
      await field(label).press('Tab');
    },
    /** Searches the open list and waits until it is that search's. */
    search: async (text: string): Promise<void> => {
      await page.getByPlaceholder(/^(Search|Suchen)$/).fill(text);
      await page.waitForURL(/[?&](q|ids)=/);
    },
    /** Types into a unit's dropdown of keys; what it then offers is exactly that, in any order. */
    offers: async (typed: string, keys: string[]): Promise<void> => {
      await page.getByRole('combobox', { name: /^(License Key|Lizenzschlüssel)$/ }).fill(typed);
      const options = page.locator('[role=option]:not([aria-disabled])');
      const names = async () => (await options.allInnerTexts()).map((text) => text.split('\n')[0] ?? '').toSorted();
      await settled(names).toEqual(keys);
    },
    /** Ticks a value of a list's filter. */
    filter: async (name: string, value: string): Promise<void> => {
      await button('Filter').click();
      await dialog().getByRole('button', { name, exact: true }).click();
      await dialog().getByLabel(`${value} (`).click();
      await page.keyboard.press('Escape');
    },
  };
}

/** A day a number of days from another. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The same day of another year; the seeds' subscriptions last one. */
export function yearAfter(day: string, years = 1): string {
  const end = new Date(Date.UTC(Number(day.slice(0, 4)) + years, Number(day.slice(5, 7)) - 1, Number(day.slice(8))));
  return end.toISOString().slice(0, 10);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A day as English screens write it: 19 Nov 2026. */
export function english(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${date} ${months[(month ?? 1) - 1]} ${year}`;
}

/** A day as German screens write it: 19.11.2026. */
export function german(day: string): string {
  return day.split('-').toReversed().join('.');
}
