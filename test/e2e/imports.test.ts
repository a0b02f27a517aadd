import { writeXlsx } from 'hucre/xlsx';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, patience } from '../harness/browser.ts';
import { ask, type Installation, install, password } from '../harness/process.ts';

let installation: Installation;
let browser: Browser;
let page: Page;
const errors: string[] = [];

const get = async (path: string) => (await ask(installation, 'GET', path)).body;
const open = (path: string) => page.goto(installation.server.url + path);
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const row = (line: string) => page.getByRole('rowgroup', { name: line, exact: true });
const count = async (outcome: string) =>
  (await button(new RegExp(`^${outcome} \\d+$`)).textContent())?.replace(/\D/g, '');
const choose = async (name: string, content: string | Buffer): Promise<void> =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
const check = async (word: string | RegExp = 'Check the file'): Promise<void> => {
  await button(word).click();
  await page.getByRole('heading', { name: 'Preview' }).waitFor();
};
async function pick(label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
const keyOf = (tail: string): string => `7H4RV-QW9TK-3MXP2-8DJNC-${tail}`;

/** As a German spreadsheet saves it: semicolons, its own encoding, days with dots, and a column nobody else has. */
const germanKeys = Buffer.from(
  [
    'Lizenzschlüssel;Softwareprodukt;Schlüsselart;Gültig ab;Gültig bis;Ablageort',
    `${keyOf('GER01')};Büro-Paket;Abonnement;01.02.2026;31.01.2030;Schrank 1`,
    `${keyOf('GER02')};Büro-Paket;Abonnement;01.03.2026;28.02.2030;Schrank 2`,
    `${keyOf('GER03')};Büro-Paket;Unbefristet;;;Schrank 3`,
    '',
  ].join('\r\n'),
  'latin1',
);

beforeAll(async () => {
  [installation, browser] = await Promise.all([install(), openBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
  const data = { email: 'ada@nordwind.example', password };
  const answer = await context.request.post(`${installation.server.url}/api/v1/session`, { data });
  expect(answer.status()).toBe(201);
  page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.on('pageerror', ({ message }) => errors.push(message));
});
afterAll(() => browser?.close());

describe('imports in the browser', () => {
  it('X1: a German list of keys is mapped, shown as a difference and imported', async () => {
    await open('/keys');
    await page.locator('main').getByRole('link', { name: 'Import', exact: true }).click();
    await page.waitForURL('**/import?kind=keys');
    await choose('schluessel.csv', germanKeys);
    await check();
    // A column that fits no field is asked for, and nothing can be imported until it has one or is left out.
    await page.getByText('This column has no field.').first().waitFor();
    await page.getByText('Schrank 1 · Schrank 2 · Schrank 3').waitFor();
    expect(await button('Import').getAttribute('aria-disabled')).toBe('true');
    await pick('Field for Ablageort', 'Other');
    await check('Check again');
    await expect.poll(() => count('New')).toBe('3');
    expect(await count('Wrong')).toBe('0');
    expect((await get('/keys')).items).toEqual([]);
    expect(await page.content()).not.toContain(keyOf('GER01'));
    await button('Import').click();
    await page.getByRole('heading', { name: 'schluessel.csv is imported' }).waitFor();
    await page.getByRole('link', { name: '3 keys created' }).click();
    await page.waitForURL('**/keys?sort=-createdAt');
    const [key] = (await get('/keys?q=GER02')).items;
    expect(key).toMatchObject({
      product: { name: 'Büro-Paket' },
      keyType: 'subscription',
      validityStart: '2026-03-01',
      validityEnd: '2030-02-28',
      remarks: 'Ablageort: Schrank 2',
    });
  });

  it('X1: the same file again is known by its columns, and every row is there already', async () => {
    await open('/import?kind=keys');
    await choose('schluessel.csv', germanKeys);
    await check();
    await expect.poll(() => count('Same')).toBe('3');
    await button('Assignment of columns').click();
    expect(await page.getByRole('combobox', { name: 'Field for Ablageort' }).inputValue()).toBe('Other');
    await button('Import').click();
    await page.getByText('3 rows were already there').waitFor();
    await page.getByText('Nothing had to be created or changed.').waitFor();
    expect((await get('/keys')).total).toBe(3);
  });

  it('X3: a list that is exported, edited in one cell and imported changes that one field', async () => {
    const exported = await fetch(`${installation.server.url}/api/v1/keys/export`, {
      headers: { authorization: `Bearer ${installation.env.KEYBOOK_TOKEN}`, accept: 'text/csv' },
    });
    expect(exported.status).toBe(200);
    const text = await exported.text();
    const kept = 'Ablageort: Schrank 2';
    expect(text.split(kept)).toHaveLength(2);
    await open('/import?kind=keys');
    await choose('keys.csv', text.replace(kept, 'Tresor'));
    await check();
    await expect.poll(() => count('Changed')).toBe('1');
    expect(await count('Same')).toBe('2');
    await button(/^Changed/).click();
    await expect.poll(() => page.locator('del').allTextContents()).toEqual([kept]);
    expect(await page.locator('ins').allTextContents()).toEqual(['Tresor']);
    const [before] = (await get('/keys?q=GER02')).items;
    await button('Import').click();
    await page.getByText('1 record changed').waitFor();
    const [after] = (await get('/keys?q=GER02')).items;
    expect(after).toEqual({ ...before, remarks: 'Tresor', version: before.version + 1 });
  });

  it('X1: a broken file is told by line and column, and dates that can be read two ways are asked for', async () => {
    await open('/import?kind=keys');
    const rows = (date: string) =>
      `License Key;Feature;Seats;Validity End\n${keyOf('BRK01')};Vault;1;${date}\n${keyOf('BRK02')};Vault;many;03/05/2031\n`;
    await choose('broken.csv', rows('04/05/2031'));
    await check();
    await page.getByText('The dates of this file can be read in more than one way.').waitFor();
    await page.getByRole('combobox', { name: 'Order of dates' }).click();
    await page.getByRole('option', { name: 'Month, day, year' }).click();
    await check('Check again');
    await expect.poll(() => count('Wrong')).toBe('1');
    await row('Line 3').getByRole('cell').getByText('This is no whole number.').waitFor();
    expect(await button('Import').getAttribute('aria-disabled')).toBe('true');
    await button('Another file').click();
    await choose('torn.csv', `License Key;Feature\n${keyOf('BRK03')};"Vault\n`);
    await check();
    await row('Line 2').getByText('never closed').waitFor();
    expect((await get('/keys?q=BRK0')).items).toEqual([]);
  });

  it('X7: the good rows of a file come in, the others come back as a file, and all of it is undone', async () => {
    await open('/import?kind=keys');
    const rows = [`${keyOf('GDR01')};Parted;2031-01-31`, `${keyOf('GDR02')};Parted;31.31.2031`];
    await choose('parted.csv', `License Key;Feature;Validity End\n${rows.join('\n')}\n`);
    await check();
    await button('Import 1 good row and give one row back').click();
    await page.getByText('1 row was wrong and is left out').waitFor();
    const href = await page.getByRole('link', { name: 'Rows that were left out' }).getAttribute('href');
    const file = await page.request.get(`${installation.server.url}${href}`);
    expect(await file.text()).toContain(keyOf('GDR02'));
    expect((await get('/keys?q=GDR01')).items).toHaveLength(1);
    await button('Undo this import').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 key created').waitFor();
    await dialog.getByRole('button', { name: 'Undo this import' }).click();
    await page.getByText('The import of parted.csv is undone').waitFor();
    await page.getByText('1 key deleted').waitFor();
    expect((await get('/keys?q=GDR01')).items).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('X1: rows pasted from a spreadsheet are imported, and nothing of them stays in the browser', async () => {
    await open('/import?kind=equipment');
    await button('Paste rows').click();
    await page.getByLabel('Rows from a spreadsheet').fill('Name\tSerial\nLAPTOP-101\tSN-101\nLAPTOP-102\tSN-102\n');
    await button('Use these rows').click();
    await check();
    await expect.poll(() => count('New')).toBe('2');
    await button('Import').click();
    await page.getByRole('link', { name: '2 units created' }).waitFor();
    expect((await get('/equipment?q=SN-102')).items).toMatchObject([{ name: 'LAPTOP-102' }]);
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toMatch(
      /LAPTOP|7H4RV/,
    );
    expect(page.url()).not.toMatch(/LAPTOP|7H4RV/);
  });

  it('F10: a workbook has its unknown columns named, with samples, and one choice is for all of them', async () => {
    const rows = [
      ['License Key', 'Product', 'Shelf', 'Floor'],
      [keyOf('WBK01'), 'Workbook', 'Shelf 7', 'ground'],
      [keyOf('WBK02'), 'Workbook', 'Shelf 8', 'second'],
    ];
    await open('/import?kind=keys');
    await choose('shelves.xlsx', Buffer.from(await writeXlsx({ sheets: [{ name: 'Keys', rows }] })));
    await check();
    for (const samples of ['Shelf 7 · Shelf 8', 'ground · second']) await page.getByText(samples).waitFor();
    for (const name of ['Shelf', 'Floor']) await page.getByRole('combobox', { name: `Field for ${name}` }).waitFor();
    await pick('2 unknown columns, all at once', 'Under Other, with their names');
    await check('Check again');
    await expect.poll(() => count('New')).toBe('2');
    await button('Import').click();
    await page.getByRole('heading', { name: 'shelves.xlsx is imported' }).waitFor();
    const [key] = (await get('/keys?q=WBK02')).items;
    expect(key).toMatchObject({ remarks: 'Shelf: Shelf 8\nFloor: second' });
  });

  it('X1, D: in German, a fault without a column names its field, and a stopped import says by whom', async () => {
    await open('/import?kind=keys');
    await page.getByText('Deutsch', { exact: true }).click();
    await choose(
      'ohne-ende.csv',
      `Lizenzschlüssel;Softwareprodukt;Schlüsselart\n${keyOf('OHNE1')};Tresor;Abonnement\n`,
    );
    await button('Datei prüfen').click();
    await row('Zeile 2').getByText('Gültig bis: Den letzten gültigen Tag angeben').waitFor();
    const units = Array.from({ length: 30_000 }, (_, i) => `UNIT-${i}`).join('\n');
    const file = { name: 'geraete.csv', mimeType: 'text/csv', buffer: Buffer.from(`Name\n${units}\n`) };
    const started = await page.request.post(`${installation.server.url}/api/v1/imports`, {
      multipart: { file, kind: 'equipment' },
      headers: { prefer: 'respond-async' },
    });
    await open(`/import?kind=equipment&id=${(await started.json()).id}`);
    await button('Import abbrechen').click();
    await page.getByRole('alert').getByText('Abgebrochen von Ada Admin.').waitFor();
    expect(errors).toEqual([]);
  });
});
