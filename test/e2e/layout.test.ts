import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { ask, type Installation, install, password } from '../harness/process.ts';
import { goTo, watchRequests } from '../harness/settled.ts';

const widths = [360, 768, 1280, 2560] as const;
const longWord = 'Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung';
const longName = `${longWord} Professional Plus 2024 (Volumenlizenz, Mehrbenutzer)`;
const longField = 'costUnit'.padEnd(40, 'X');
const unbroken = 'Z'.repeat(100);
const name = (what: string): string =>
  `${what} ${longWord} mit Außenstelle am Nordostsee-Kanal`.padEnd(120, ' lang').slice(0, 120);
const remarks = `${unbroken} ${'Die Bemerkung hat sehr viele Wörter. '.repeat(60)}`.slice(0, 2000);

let installation: Installation;
let browser: Browser;
let page: Page;
/** The records with the long names, by their kind. */
const ids: Record<string, string> = {};

async function make(kind: string, path: string, body: object): Promise<void> {
  const answer = await ask(installation, 'POST', path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  ids[kind] = answer.body.id;
}

/** One of each, with names as long as they are taken. */
async function makeLongRecords(): Promise<void> {
  const labels = { labelEn: 'E'.repeat(90), labelDe: `${longWord} (Kostenstelle)` };
  await make('attribute', '/attributes', { recordType: 'key', name: longField, kind: 'text', ...labels });
  await make('customer', '/customers', { name: name('Kunde'), number: unbroken, contact: remarks.slice(0, 500) });
  await make('product', '/products', { name: longName, manufacturer: name('Hersteller'), code: unbroken.slice(0, 50) });
  const common = { customerId: ids.customer, remarks };
  const unit = { name: name('Gerät'), serialNumber: unbroken, assetTag: unbroken.slice(1), model: name('Modell') };
  await make('equipment', '/equipment', { ...common, ...unit, location: name('Standort'), status: 'inService' });
  await make('license', '/licenses', { ...common, productId: ids.product, quantity: 3, supplier: name('Lieferant') });
  const key = { ...common, productId: ids.product, keyType: 'subscription', validityStart: '2026-01-01' };
  await make('key', '/keys', {
    ...key,
    licenseKey: `LAYOUT-${unbroken}-QW9TK-3MXP2`,
    licenseId: ids.license,
    validityEnd: '2099-12-31',
    serialNumber: unbroken,
    attributes: { [longField]: unbroken },
  });
  await make('gone', '/keys', {
    ...key,
    licenseKey: 'LAYOUT-EXPRD-QW9TK-3MXP2',
    validityEnd: '2026-01-31',
    remarks: null,
  });
  const assignment = { equipmentId: ids.equipment, userName: name('Benutzerin'), remarks };
  await make('assignment', `/keys/${ids.key}/assignments`, assignment);
  const user = { name: name('Benutzerin'), email: `${'z'.repeat(60)}@nordwind.example`, role: 'auditor', password };
  const made = await page.context().request.post(`${installation.server.url}/api/v1/users`, { data: user });
  if (!made.ok()) throw new Error(await made.text());
}

/** The screens that there are without any record, with their tabs. */
const screens = [
  '/',
  ...['/keys', '/equipment', '/assignments', '/audit', '/licenses', '/products', '/customers', '/reports', '/import'],
  ...['/scan', '/keys/new', '/keys/add-many', '/equipment/new', '/licenses/new', '/products/new', '/customers/new'],
  '/keys?groupBy=product',
  ...['account', 'users', 'features', 'organisation', 'jobs', 'integrity'].map((tab) => `/settings?tab=${tab}`),
  '/nowhere',
];

/** Those of the records. */
const recordScreens = (): string[] => [
  ...['features', 'audit', 'renewals', 'fields'].map((tab) => `/keys/${ids.key}?tab=${tab}`),
  ...['keys', 'history', 'fields'].map((tab) => `/equipment/${ids.equipment}?tab=${tab}`),
  ...[`/licenses/${ids.license}`, `/products/${ids.product}`, `/customers/${ids.customer}`],
];

/** Opens a screen by its address as a link does; `anew` forgets what was read before. */
async function open(address: string, { anew = false }: { anew?: boolean } = {}): Promise<void> {
  await goTo(page, address, { anew });
  await page.locator('h1').first().waitFor();
}

const script = readFileSync(new URL('../harness/layout-faults.js', import.meta.url), 'utf8');

/** What is wrong with how the page stands: too wide, cut without a way to read it, one control over another. */
async function faultsOfLayout(): Promise<string[]> {
  // A narrower page is drawn anew before it is looked at.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return page.evaluate(script);
}

async function faultsAt(address: string): Promise<string[]> {
  const faults: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await faultsOfLayout()).map((fault) => `${address} at ${width}: ${fault}`));
  }
  return faults;
}

beforeAll(async () => {
  [installation, browser] = await Promise.all([install(), openBrowser()]);
  const baseURL = installation.server.url;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'de-DE', baseURL });
  const data = { email: 'ada@nordwind.example', password };
  await context.request.post('/api/v1/session', { data });
  page = await context.newPage();
  page.setDefaultTimeout(8000);
  watchRequests(page);
});
afterAll(() => browser?.close());

describe('the screens in German, from a phone to a wide screen', () => {
  it('Measures: nothing is too wide, cut or covered in a fresh installation', async () => {
    const faults: string[] = [];
    for (const address of screens) {
      await open(address);
      faults.push(...(await faultsAt(address)));
    }
    expect(faults).toEqual([]);
  });

  it('Measures: nothing is too wide, cut or covered with the longest names', async () => {
    await makeLongRecords();
    await open('/', { anew: true });
    const faults: string[] = [];
    for (const address of [...screens, ...recordScreens()]) {
      await open(address);
      faults.push(...(await faultsAt(address)));
      // A word without a translation stands there by its name.
      const said = await page.locator('#root').textContent();
      expect(said, address).not.toMatch(/(keys|grid|settings|equipment|home|audit|form|imports|nav)\.[a-z]\w+/);
    }
    expect(faults).toEqual([]);
  });

  it('D: what the server refuses stands at the field in German, with the values it names', async () => {
    await open('/customers/new', { anew: true });
    const field = page.getByRole('textbox', { name: 'Name', exact: false }).first();
    await field.fill('Nordwind IT');
    await page.getByRole('button', { name: /^Speichern/ }).click();
    await page.getByText('Dieser Name ist vergeben.').waitFor();
    await field.fill('x'.repeat(201));
    await page.getByRole('button', { name: /^Speichern/ }).click();
    await page.getByText('Auf höchstens 200 Zeichen kürzen.').waitFor();
  });
});
