import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFinds } from '../harness/accessible.ts';
import { openBrowser, patience } from '../harness/browser.ts';
import { companyList, headerLine, wrongLines } from '../harness/company-list.ts';
import { ask, type Installation, install, password } from '../harness/process.ts';
import { fieldFile } from '../harness/upload.ts';

let installation: Installation;
let browser: Browser;
let page: Page;
let clicks = 0;

const button = (name: string) => page.getByRole('button', { name, exact: true });
const row = (line: number) => page.getByRole('rowgroup', { name: `Zeile ${line}`, exact: true });
const get = async (path: string) => (await ask(installation, 'GET', path)).body.items;

async function click(name: string): Promise<void> {
  await button(name).click();
  clicks += 1;
}

/** Chooses a file, which is one click, and has it checked. */
async function choose(name: string, content: Buffer<ArrayBuffer> = fieldFile(name)): Promise<void> {
  clicks = 1;
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: content });
  await click('Datei prüfen');
  await page.getByRole('heading', { name: 'Vorschau' }).waitFor();
}

async function makeUnits(label: string | RegExp): Promise<void> {
  await page.getByRole('checkbox', { name: label }).click();
  clicks += 1;
  await click('Erneut prüfen');
  await page.getByText('Seit der letzten Prüfung').waitFor({ state: 'detached' });
}

/** Imports what was checked; answers what came of it, and by how many clicks. */
async function bringIn(name: string): Promise<{ said: string[]; clicks: number }> {
  await click('Importieren');
  await page.getByRole('heading', { name: `${name} ist importiert` }).waitFor();
  const said = await page
    .getByRole('region', { name: 'Import' })
    .getByRole('list')
    .first()
    .locator('li')
    .allTextContents();
  await button('Weitere Datei importieren').click();
  return { said, clicks };
}

beforeAll(async () => {
  [installation, browser] = await Promise.all([install(), openBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'de-DE' });
  const data = { email: 'ada@nordwind.example', password };
  await context.request.post(`${installation.server.url}/api/v1/session`, { data });
  page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${installation.server.url}/import`);
  await page.getByText('Deutsch', { exact: true }).click();
});
afterAll(() => browser?.close());

describe('lists as people write them, on the German screen', () => {
  it('X9: the list of an IT service company is in after three clicks, and shown field by field before', async () => {
    await choose('c01-msp.csv');
    const text = await row(3).textContent();
    for (const said of [
      'Plansoft CAD',
      'Kanzlei Birke',
      '10002',
      'Unbefristet',
      '1.299,00',
      'RE-2024-0871',
      '01.10.2024',
    ])
      expect(text).toContain(said);
    expect(await page.content()).not.toContain('QK7TR-4MDX2-9HWPC-6VJNB-10002');
    await row(3).getByText('neu', { exact: true }).first().waitFor();
    expect(await axeFinds(page, 'preview', { whole: ['light'], colors: ['dark'] })).toEqual([]);
    const { said, clicks: needed } = await bringIn('c01-msp.csv');
    expect(said).toEqual(
      expect.arrayContaining([
        '3 Schlüssel angelegt',
        '3 Lizenzen angelegt',
        '2 Kunden angelegt',
        '3 Softwareprodukte angelegt',
      ]),
    );
    expect(needed).toBe(3);
  });

  it('X9: a unit that is not there is made where that is ticked, at its customer', async () => {
    await choose('c35-msp-device.csv');
    await row(2).getByText('Oben entscheiden').waitFor();
    expect(await button('Importieren').getAttribute('aria-disabled')).toBe('true');
    await makeUnits('1 Gerät anlegen');
    const { said, clicks: needed } = await bringIn('c35-msp-device.csv');
    expect(said).toEqual(expect.arrayContaining(['1 Gerät angelegt', '1 Schlüssel angelegt', '1 Lizenz angelegt']));
    expect(needed).toBe(5);
    expect(await get('/equipment?q=PC-001')).toMatchObject([{ name: 'PC-001', customer: { name: 'Praxis Ahorn' } }]);
  });

  it.each([
    ['c02-title.csv', ['2 Schlüssel angelegt']],
    ['c06-users.csv', ['2 Schlüssel angelegt', '5 Schlüssel zugewiesen']],
    ['c07-merged-down.xlsx', ['5 Schlüssel angelegt']],
    ['c12-saas.csv', ['1 Schlüssel angelegt', '4 Lizenzen angelegt']],
  ])('X9: %s is in after three clicks', async (name, expected) => {
    await choose(name);
    const { said, clicks: needed } = await bringIn(name);
    expect(said).toEqual(expect.arrayContaining(expected));
    expect(needed).toBe(3);
  });

  it.each([
    ['c13-volume.csv', /Geräte anlegen$/, ['2 Schlüssel angelegt', '6 Schlüssel zugewiesen']],
    ['c28-placeholder.csv', undefined, ['1 Schlüssel angelegt']],
  ])('X9: %s is in after five clicks at most, its units made by one tick', async (name, label, expected) => {
    await choose(name);
    if (label) await makeUnits(label);
    const { said, clicks: needed } = await bringIn(name);
    expect(said).toEqual(expect.arrayContaining(expected));
    expect(needed).toBeLessThanOrEqual(5);
  });

  it('F2: a row that differs shows old and new in its cell, and is taken over by one choice, for all or for it alone', async () => {
    const changed = fieldFile('c01-msp.csv').toString('latin1').replace('14.01.2027', '14.01.2028');
    await choose('c01-msp.csv', Buffer.from(changed, 'latin1'));
    await row(4).getByRole('cell').filter({ hasText: '14.01.2028' }).first().waitFor();
    expect(await row(4).locator('del').first().textContent()).toBe('14.01.2027');
    await page.getByRole('combobox', { name: 'Zeilen, die vom Bestand abweichen' }).click();
    await page.getByRole('option', { name: 'Aus der Datei übernehmen' }).click();
    await button('Erneut prüfen').click();
    await row(4).getByText('Geändert', { exact: true }).waitFor();
    for (const [answer, outcome] of [
      ['Datensatz belassen', 'Belassen'],
      ['Aus der Datei übernehmen', 'Geändert'],
    ] as const) {
      await row(4).getByRole('button', { name: 'Zeile 4 weicht ab: was damit geschieht' }).click();
      await page.getByRole('menuitem', { name: answer }).click();
      await button('Erneut prüfen').click();
      await row(4).getByText(outcome, { exact: true }).waitFor();
    }
    const { said } = await bringIn('c01-msp.csv');
    expect(said).toContain('1 Datensatz geändert');
  });

  it('F7, X9: all sheets of a workbook are in after six clicks, one customer a sheet', async () => {
    await choose('c04-sheets.xlsx');
    await page.getByRole('combobox', { name: 'Tabellenblatt' }).click();
    await page.getByRole('option', { name: 'Alle gleich aufgebauten Blätter, je Blatt ein Kunde' }).click();
    clicks += 2;
    await click('Erneut prüfen');
    const last = page.getByRole('rowgroup', { name: 'Kanzlei Birke, Zeile 3', exact: true });
    await last.getByText('Brushwork 9', { exact: true }).waitFor();
    await button('Zuordnung').click();
    await page.getByRole('combobox', { name: 'Feld für Kunde (Tabellenblatt)' }).waitFor();
    await page.getByText('Tintenwerk 2024 · Brushwork 9 · Tintenwerk 2024').waitFor();
    expect(await page.content()).not.toMatch(/QK7TR-4MDX2-9HWPC-6VJNB-1003\d/);
    const { said, clicks: needed } = await bringIn('c04-sheets.xlsx');
    expect(said).toContain('4 Schlüssel angelegt');
    expect(needed).toBeLessThanOrEqual(6);
  });

  it('X7, X9, F7: the key list of an IT service company is in after three clicks, its bad rows given back, and gone after two', async () => {
    const { content, keyOf } = companyList('BQ7XW');
    await choose('Lizenzliste.xlsx', content);
    const summary = await page.getByRole('region', { name: 'Datei' }).textContent();
    for (const said of ['2 Titelzeilen', '1 Summe', '1 Fußnote', '1 Tabellenblatt', '40 Zeilen, 13 Spalten'])
      expect(summary).toContain(said);
    expect(summary).toContain('Unter Sonstiges: Preis brutto, Ablage');
    for (const line of wrongLines) await row(line).getByText('Fehlerhaft', { exact: true }).waitFor();
    const first = (await row(headerLine + 2).textContent()) ?? '';
    for (const said of ['Praxis Eibe', 'Farbwerk AG', '31.12.2028', '49,90', 'Softhaus', 'Mia Lund'])
      expect(first).toContain(said);
    const screen = (await page.locator('main').textContent()) ?? '';
    expect(screen).not.toMatch(/\b(?:rows?|columns?|lines?|keys?|left out|wrong|sheets?)\b/i);
    expect(screen).not.toContain(keyOf(headerLine + 2));
    await click('37 richtige Zeilen importieren und 3 zurückgeben');
    await page.getByRole('heading', { name: 'Lizenzliste.xlsx ist importiert' }).waitFor();
    expect(clicks).toBe(3);
    await page.getByText('37 Schlüssel angelegt').waitFor();
    const [key] = await get(`/keys?q=${keyOf(headerLine + 2).slice(-5)}`);
    expect(key).toMatchObject({
      customer: { name: 'Praxis Eibe' },
      validityEnd: '2028-12-31',
      assignments: [{ userName: `Mia Lund ${headerLine + 2}` }],
    });
    const licenses = await get('/licenses?q=Tintenwerk%200&sort=cost');
    expect(licenses).toContainEqual(expect.objectContaining({ cost: 49.9, currency: 'EUR', supplier: 'Softhaus' }));
    clicks = 0;
    await click('Diesen Import zurücknehmen');
    await page.getByRole('dialog').getByRole('button', { name: 'Diesen Import zurücknehmen', exact: true }).click();
    clicks += 1;
    await page.getByRole('heading', { name: 'Der Import von Lizenzliste.xlsx ist zurückgenommen' }).waitFor();
    expect(clicks).toBe(2);
    expect(await get(`/keys?q=${keyOf(headerLine + 2).slice(-5)}`)).toEqual([]);
    await button('Weitere Datei importieren').click();
  });
});
