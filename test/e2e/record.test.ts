import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Desk, dayAfter, maskOf, newDesk, type Screen, screenOf, settled, until } from '../harness/desk.ts';
import { goTo } from '../harness/settled.ts';

const wide = { width: 1440, height: 900 };
const words = {
  en: { fields: 'All fields', log: 'Audit Logs', last: 'Last in the log', more: 'More actions', locale: 'en-US' },
  de: {
    fields: 'Alle Felder',
    log: 'Prüfprotokoll',
    last: 'Zuletzt im Protokoll',
    more: 'Weitere Aktionen',
    locale: 'de-DE',
  },
} as const;

let desk: Desk;
let page: Page;
let screen: Screen;
/** One record of each kind, with the least it needs. */
let records: { name: string; path: string; title: string }[];

/** Opens a record as a link does: a page loaded anew takes three times as long. */
const open = (path: string, on = page) => goTo(on, path);
const tabs = (on = page) => on.getByRole('main').getByRole('tablist');
/** The names of the tabs with their counts. */
const tabNames = async (on = page) =>
  (await tabs(on).getByRole('tab').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
/** How far from the top of the window something begins, where nothing is scrolled. */
const topOf = async (on = page): Promise<number> => {
  expect(await on.evaluate('scrollY')).toBe(0);
  return (await tabs(on).boundingBox())?.y ?? Number.NaN;
};
const typedInto = (on = page) => on.getByRole('main').locator('input, textarea, select').count();
const focused = (on = page) => settled(() => on.evaluate('document.activeElement.innerText'));

beforeAll(async () => {
  desk = await newDesk();
  const customer = await desk.post('/customers', { name: 'Kanzlei Reading' });
  const product = await desk.post('/products', { name: 'Reading Suite' });
  const license = await desk.post('/licenses', { productId: product.id, orderNumber: 'PO 10', quantity: 3 });
  const unit = await desk.newUnit('READ-001', { customerId: customer.id });
  const key = await desk.newKey('READ1', 'Reading Suite', { customerId: customer.id, licenseId: license.id });
  await desk.apply(key, unit);
  records = [
    { name: 'key', path: `/keys/${key.id}`, title: 'Reading Suite ·READ1' },
    { name: 'unit', path: `/equipment/${unit.id}`, title: 'READ-001' },
    { name: 'license', path: `/licenses/${license.id}`, title: 'Reading Suite · PO 10' },
    { name: 'product', path: `/products/${product.id}`, title: 'Reading Suite' },
    { name: 'customer', path: `/customers/${customer.id}`, title: 'Kanzlei Reading' },
  ];
  page = await desk.signIn({ viewport: wide, path: records[0]?.path });
  screen = screenOf(page);
});
afterAll(() => desk?.browser.close());

describe('the page of a record', () => {
  it('U10, K9: of a key tells it apart, and shows its use and its log within the first screen', async () => {
    await screen.heading('Reading Suite ·READ1').waitFor();
    expect(await page.title()).toBe('Reading Suite ·READ1 · Keybook');
    const crumbs = page.getByRole('navigation', { name: 'Where you are' });
    expect(await crumbs.locator('[aria-current=page]').textContent()).toBe('Reading Suite ·READ1');
    await settled(() => tabNames()).toEqual(['Equipment Features 1', 'Audit Logs 2', 'Renewals 0', 'All fields']);
    const last = page.getByRole('region', { name: 'Last in the log' });
    await settled(() => last.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/Applied to Equipment "READ-001" by Ada Admin\s+#\d+$/),
      expect.stringMatching(/Created by Ada Admin\s+#\d+$/),
    ]);
    await last.getByText(/^Sealed up to entry \d+$/).waitFor();
    expect(await topOf()).toBeLessThanOrEqual(300);
    const { y = 0, height = 0 } = (await last.boundingBox()) ?? {};
    expect(y + height).toBeLessThanOrEqual(wide.height);
    await screen.row('READ-001').getByRole('link', { name: 'READ-001', exact: true }).waitFor();
    expect(await screen.fact('Customer').textContent()).toBe('Kanzlei Reading');
    expect(await screen.fact('Applied to').textContent()).toBe('READ-001');
    expect(await screen.fact('Seats').textContent()).toBe('1 of 1 taken');
    await page.getByText(maskOf('READ1'), { exact: true }).waitFor();
  });

  it.each([0, 1, 2, 3, 4])('U10: is read first, for each of the five records (%i)', async (place) => {
    const { path = '', title = '' } = records[place] ?? {};
    await open(path);
    await screen.heading(title).waitFor();
    await settled(() => tabNames()).toContainEqual(expect.stringMatching(/^Audit Logs \d+$/));
    expect(await typedInto()).toBe(0);
    expect(await topOf()).toBeLessThanOrEqual(300);
    // What cannot be undone is in the menu alone.
    expect(await screen.button('Delete').count()).toBe(0);
    await screen.button('More actions').click();
    await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
    await page.keyboard.press('Escape');
    await screen.tab('All fields').click();
    const id = path.split('/').at(-1) ?? '';
    await page.getByRole('button', { name: `Copy the internal ID: ${id}` }).waitFor();
    await screen.edit();
    expect(await typedInto()).toBeGreaterThan(0);
    await screen.button('Cancel').click();
    await settled(() => typedInto()).toBe(0);
  });

  it('U10: counts the empty fields, and names them when somebody asks', async () => {
    await open(records[0]?.path ?? '');
    const toggle = page.getByRole('button', { name: /^\d+ empty fields$/ });
    await toggle.waitFor();
    const names = page.getByText('Code · Serial · Activation Date · Purchase Date · Terms of Use · Other', {
      exact: true,
    });
    expect(await names.count()).toBe(0);
    expect(await toggle.textContent()).toBe('6 empty fields');
    await toggle.click();
    await names.waitFor();
  });

  it('U10: becomes its form by Edit, with the focus in its first field, and is read again after Save', async () => {
    const { path = '' } = records[1] ?? {};
    await open(path);
    await screen.edit();
    await settled(() => page.evaluate('document.activeElement.value')).toBe('READ-001');
    await screen.button('Cancel').click();
    await focused().toBe('Edit');
    await page.keyboard.press('Enter');
    await screen.field('Location').fill('Second floor');
    // What was typed is there after a reload, and in its form.
    page.once('dialog', (dialog) => dialog.accept());
    await page.reload();
    await settled(() => screen.field('Location').inputValue()).toBe('Second floor');
    await page.getByText('1 change not saved').waitFor();
    await screen.button(/^Save Ctrl S/).click();
    await settled(() => typedInto()).toBe(0);
    expect(await screen.fact('Location').textContent()).toBe('Second floor');
    await focused().toBe('Edit');
    expect(await desk.get(path)).toMatchObject({ location: 'Second floor' });
  });

  it('U10: marks the step that the state asks for, and says why another cannot be done', async () => {
    const { today } = await desk.get('/me');
    const free = await desk.newKey('STEP1', 'Step Suite');
    const ending = await desk.newKey('STEP2', 'Step Suite', until(dayAfter(today, 59)));
    const accent = page.locator('main [role=toolbar] [data-variant=filled]');
    for (const [path, step] of [
      [`/keys/${free.id}`, 'Apply to equipment'],
      [`/keys/${ending.id}`, 'Renew'],
    ] as const) {
      await open(path);
      await settled(() => accent.allInnerTexts()).toEqual([step]);
    }
    await open(records[0]?.path ?? '');
    const apply = screen.button('Apply to equipment');
    expect(await apply.getAttribute('aria-disabled')).toBe('true');
    expect(await accent.count()).toBe(0);
    await apply.hover();
    await page.getByText('Taken by READ-001, 1 of 1 seats.').waitFor();
    expect(await screen.fact('Seats').locator('xpath=following-sibling::dd').textContent()).toBe('none free');
  });

  it('U10: says to who may not write why, in the place of Edit', async () => {
    await desk.newPerson('Otto', 'auditor', 'otto@nordwind.example');
    const theirs = await desk.signIn({ email: 'otto@nordwind.example', viewport: wide, path: records[0]?.path });
    onTestFinished(() => theirs.context().close());
    for (const { path } of records) {
      await open(path, theirs);
      const edit = theirs.getByRole('button', { name: 'Edit', exact: true });
      await settled(() => edit.getAttribute('aria-disabled')).toBe('true');
      await edit.hover();
      await theirs
        .getByRole('tooltip')
        .getByText(/administrator/i)
        .waitFor();
    }
  });

  it.each(['en', 'de'] as const)('U10: has no sideways scroll and no empty dash on a phone (%s)', async (language) => {
    const { locale, fields, log, last } = words[language];
    const phone = await desk.signIn({ viewport: { width: 390, height: 844 }, locale, path: records[0]?.path });
    onTestFinished(() => phone.context().close());
    for (const { path } of records) {
      await open(path, phone);
      await settled(() => tabNames(phone)).toContainEqual(expect.stringMatching(new RegExp(`^${log} \\d+$`)));
      await phone.getByText(last, { exact: true }).waitFor();
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
      const head = await phone.locator('main dd, main dt').allInnerTexts();
      expect(head.filter((text) => text.trim() === '–')).toEqual([]);
      await phone.getByRole('tab', { name: fields, exact: true }).click();
      const shown = phone.locator('main dd').filter({ visible: true });
      expect((await shown.allInnerTexts()).filter((text) => text.trim() === '–')).toEqual([]);
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
    }
  });

  it('U10, D: reads in German as in English, with its tabs as high up', async () => {
    const german = await desk.signIn({ viewport: wide, locale: 'de-DE', path: records[0]?.path });
    onTestFinished(() => german.context().close());
    for (const { path } of records) {
      await open(path, german);
      await settled(() => tabNames(german)).toContainEqual(expect.stringMatching(/^Prüfprotokoll \d+$/));
      expect((await tabNames(german)).at(-1)).toBe('Alle Felder');
      expect(await topOf(german)).toBeLessThanOrEqual(300);
      expect(await typedInto(german)).toBe(0);
    }
  });
});
