import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { ask, type Installation, install, password } from '../harness/process.ts';

const office = 'Office 365 Professional';
let installation: Installation;
let browser: Browser;
let page: Page;
/** Everything the browser asked for and was told, as addresses. */
const addresses: string[] = [];
const errors: string[] = [];

const get = async (path: string) => (await ask(installation, 'GET', path)).body;
const post = async (path: string, body: unknown) => {
  const answer = await ask(installation, 'POST', path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const textOf = (tail: string): string => `7H4RV-QW9TK-3MXP2-8DJNC-${tail}`;
const newKey = (tail: string, more: object = {}): Promise<{ id: string; maskedKey: string; version: number }> =>
  post('/keys', { licenseKey: textOf(tail), productName: office, keyType: 'permanent', ...more });
const until = (validityEnd: string) => ({ keyType: 'subscription', validityEnd });
const keysEnding = async (tail: string) => (await get(`/keys?q=${tail}`)).items;
const actionsOf = async (keyId: string): Promise<string[]> =>
  (await get(`/audit?keyId=${keyId}&sort=idx`)).items.map(({ action }: { action: string }) => action);

const open = (path: string) => page.goto(installation.server.url + path);
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const inDialog = (name: string) => dialog().getByRole('button', { name, exact: true });
async function choose(label: string, typed: string, option: string | RegExp): Promise<void> {
  const box = page.getByRole('combobox', { name: label, exact: true }).or(field(label)).first();
  await box.click();
  if (typed !== '') await box.fill(typed);
  await page.getByRole('option', { name: option }).first().click();
}

beforeAll(async () => {
  [installation, browser] = await Promise.all([install(), openBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const data = { email: 'ada@nordwind.example', password };
  const answer = await context.request.post(`${installation.server.url}/api/v1/session`, { data });
  expect(answer.status()).toBe(201);
  page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on('request', (request) => addresses.push(request.url()));
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  page.on('pageerror', ({ message }) => errors.push(message));
});
afterAll(() => browser?.close());

describe('software keys in the browser', () => {
  it('K2, K3, K4: a key is made with a new product and proposed dates; a second spelling of it leads to the first', async () => {
    await open('/keys');
    await page.getByRole('link', { name: 'Create' }).first().click();
    await field('License Key').fill(textOf('NEW01'));
    await choose('Feature', office, `New feature “${office}”`);
    await choose('Key Type', '', 'Subscription');
    expect(await field('Validity Start').inputValue()).not.toBe('');
    await button(/^Save Ctrl S/).click();
    await page.waitForURL(/\/keys\/(?!new)/);
    const [key] = await keysEnding('NEW01');
    expect(key).toMatchObject({ status: 'available', keyType: 'subscription', product: { name: office } });
    const { today } = await get('/me');
    expect(key.validityStart).toBe(today);
    expect(Number(key.validityEnd.slice(0, 4))).toBe(Number(today.slice(0, 4)) + 1);
    expect(await page.locator('[aria-current=step]').textContent()).toBe('Available');

    await open(`/keys/new?productId=${key.product.id}`);
    await field('License Key').fill(textOf('NEW01').toLowerCase().replaceAll('-', ' '));
    await choose('Key Type', '', 'Permanent');
    await button(/^Save Ctrl S/).click();
    await page.getByText('The license key must be unique!').first().waitFor();
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }).toUpperCase())).not.toMatch(
      /7H4RV/,
    );
    await page.getByRole('link', { name: 'Open the key that has it' }).click();
    await dialog()
      .getByRole('button', { name: /^Leave/ })
      .click();
    await page.waitForURL(`**/keys/${key.id}`);
  });

  it('K6: Duplicate fills in all but the license key; Save and next goes on to the next one', async () => {
    const first = await newKey('DUP01', { ...until('2031-05-31'), code: 'MOFF', remarks: 'PO 77' });
    await open(`/keys/${first.id}`);
    await button('Duplicate').click();
    expect(await field('License Key').inputValue()).toBe('');
    expect(await field('Code').inputValue()).toBe('MOFF');
    await field('License Key').fill(textOf('DUP02'));
    await button('Save and next').click();
    await page.getByText(`•••••-DUP02 created: ${office}`).waitFor();
    await page.waitForURL(({ searchParams }) => searchParams.get('copy') !== first.id);
    expect(await field('License Key').inputValue()).toBe('');
    await field('License Key').fill(textOf('DUP03'));
    await button(/^Save Ctrl S/).click();
    await page.waitForURL(/\/keys\/(?!new)/);
    for (const tail of ['DUP02', 'DUP03'])
      expect(await keysEnding(tail)).toMatchObject([{ validityEnd: '2031-05-31', code: 'MOFF', remarks: 'PO 77' }]);
  });

  it('K16: a key is masked; revealing shows it, is recorded, and Hide hides it; Copy copies', async () => {
    const key = await newKey('SHOW1');
    await open(`/keys/${key.id}`);
    await page.getByText(key.maskedKey).waitFor();
    expect(await page.content()).not.toContain(textOf('SHOW1'));
    await button('Reveal').click();
    await page.getByText(textOf('SHOW1')).waitFor();
    await page.getByText(/Hidden again in \d+ seconds/).waitFor();
    await page.getByText(/Recorded in the audit log/).waitFor();
    await button('Hide').click();
    await page.getByText(key.maskedKey).waitFor();
    expect(await page.content()).not.toContain(textOf('SHOW1'));
    await button('Copy').click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(textOf('SHOW1'));
    expect(await actionsOf(key.id)).toEqual(['key.created', 'key.revealed', 'key.revealed']);
    await page.getByRole('tab', { name: /Audit Logs/ }).click();
    await page.getByText('License key revealed by Ada Admin').first().waitFor();
  });

  it('K17: a save over somebody else’s shows both versions, and mine is saved only when I say so', async () => {
    const key = await newKey('STALE', { code: 'OLD' });
    await open(`/keys/${key.id}`);
    await field('Code').fill('MINE');
    await ask(installation, 'PATCH', `/keys/${key.id}`, { code: 'THEIRS' });
    await button(/^Save Ctrl S/).click();
    await dialog().getByRole('cell', { name: 'THEIRS' }).waitFor();
    expect((await get(`/keys/${key.id}`)).code).toBe('THEIRS');
    await dialog().getByRole('button').filter({ hasText: /mine/i }).last().click();
    await expect.poll(async () => (await get(`/keys/${key.id}`)).code).toBe('MINE');
  });

  it('C5: Renew extends the end, keeps the assignment, offers a calendar file and stands under Renewals', async () => {
    const key = await newKey('RENEW', { ...until('2030-02-28'), userName: 'Anna' });
    await open(`/keys/${key.id}`);
    await button('Renew').click();
    await dialog().getByText('28 Feb 2030 → 28 Feb 2031').waitFor();
    await dialog().getByLabel('Reference').fill('PO 4711');
    await inDialog('Renew').click();
    const download = page.waitForEvent('download');
    await inDialog('Calendar file (.ics)').click();
    expect(await readFile(await (await download).path(), 'utf8')).toContain('DTSTART;VALUE=DATE:20310228\r\n');
    await dialog().locator('footer, div').getByRole('button', { name: 'Close' }).last().click();
    expect(await get(`/keys/${key.id}`)).toMatchObject({ validityEnd: '2031-02-28', status: 'applied' });
    await page.getByRole('tab', { name: /Renewals/ }).click();
    await page.getByRole('cell', { name: 'PO 4711' }).waitFor();
    await expect.poll(() => field('Validity End').inputValue()).toBe('28 Feb 2031');
  });

  it('A4, A8: Apply to equipment takes the seat; a lost seat offers the next free key', async () => {
    const unit = await post('/equipment', { name: 'LAPTOP-007', serialNumber: 'SN-007' });
    const product = { productName: 'Publisher 2024' };
    const wanted = await newKey('WANT7', product);
    const next = await newKey('NEXT7', product);
    await open(`/keys/${wanted.id}`);
    await button('Apply to equipment').click();
    await dialog().getByPlaceholder('Search units').fill('SN-007');
    await page.getByRole('option', { name: /LAPTOP-007/ }).click();
    await post(`/keys/${wanted.id}/assignments`, { userName: 'Berta' });
    await inDialog('Apply').click();
    await dialog().getByRole('alert').getByText('Berta').waitFor();
    await inDialog('Apply the next free key •••••-NEXT7').click();
    await page.waitForURL(`**/keys/${next.id}`);
    expect((await get(`/assignments?equipmentId=${unit.id}`)).items).toMatchObject([{ key: { id: next.id } }]);
    await page.getByRole('row').filter({ hasText: 'LAPTOP-007' }).waitFor();
    const apply = button('Apply to equipment');
    expect(await apply.getAttribute('aria-disabled')).toBe('true');
    await apply.hover();
    await page.getByText('Taken by LAPTOP-007, 1 of 1 seats.').waitFor();
  });

  it('C6, C7, K11: Remove and revoke, Reinstate, Replace and Delete from the page of the key', async () => {
    const key = await newKey('OVER1', { userName: 'Carla' });
    await open(`/keys/${key.id}`);
    await button('Revoke').click();
    await dialog().getByText('is applied to Carla').waitFor();
    await dialog().getByLabel('Reason').fill('Bought twice');
    await inDialog('Remove and revoke').click();
    await expect.poll(() => page.locator('[aria-current=step]').textContent()).toBe('Revoked');
    await button('More actions').click();
    await page.getByRole('menuitem', { name: 'Reinstate' }).click();
    await dialog().getByLabel('Reason').fill('By mistake');
    await inDialog('Reinstate').click();
    await expect.poll(() => page.locator('[aria-current=step]').textContent()).toBe('Available');
    await button('Replace').click();
    await dialog()
      .getByLabel(/New license key/)
      .fill(textOf('OVER2'));
    await dialog().getByLabel('Reason').fill('Lost');
    await inDialog('Replace').click();
    await page.getByRole('link', { name: 'Replaces an earlier key' }).waitFor();
    const [created] = await keysEnding('OVER2');
    expect(created.replaces).toBe(key.id);
    await button('More actions').click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog().getByRole('button', { name: 'Revoke instead' }).waitFor();
    await inDialog('Delete').click();
    await page.waitForURL(/\/keys$/);
    expect((await ask(installation, 'GET', `/keys/${created.id}`)).status).toBe(404);
  });

  it('K14: pasted lines are judged as they are typed; what is ready is created in one request', async () => {
    await newKey('MANY1');
    await open('/keys/add-many');
    await choose('Feature', office, office);
    await choose('Key Type', '', 'Permanent');
    const spelled = textOf('MANY2').toLowerCase().replaceAll('-', ' ');
    await page
      .getByRole('textbox', { name: 'License keys' })
      .fill([textOf('MANY2'), `${textOf('MANY3')};SN-3;PO 3`, textOf('MANY1'), spelled, '•••••-12345'].join('\n'));
    await page.getByText('The license key must be unique! It is already recorded.').waitFor();
    await page.getByText('The same key as on line 1.').waitFor();
    await page.getByText('with • in it, it is only a mask').waitFor();
    await button('Remove the 3 lines').click();
    await button('Create 2 keys').click();
    await page.getByRole('link', { name: 'Show these keys' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    const [third] = await keysEnding('MANY3');
    expect(third).toMatchObject({ serialNumber: 'SN-3', remarks: 'PO 3' });
    expect(await actionsOf(third.id)).toEqual(['key.created']);
  });

  it('K8, K10: a whole key typed into the search becomes a chip; views and bulk renewal work from the list', async () => {
    const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    const key = await newKey('SEEK1', until(soon));
    await open('/keys');
    await page.getByRole('textbox', { name: 'Search', exact: true }).fill(textOf('SEEK1').toLowerCase());
    await page.waitForURL(`**/keys?ids=${key.id}`);
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: /Expiring in 60 days/ }).click();
    await page.getByRole('checkbox', { name: 'Select this row' }).first().check();
    await button('Renew…').click();
    await inDialog('Renew').click();
    await dialog().getByText('1 key renewed').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await expect.poll(async () => (await get(`/keys/${key.id}`)).validityEnd > '2027').toBe(true);
    await open('/keys?keyType=subscription');
    await button('Save view').click();
    await page.getByLabel('Name of the view').fill('Subscriptions');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: /Subscriptions/ }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: /Subscriptions/ }).waitFor();
  });

  it('K16: no license key stood in any address, and nothing broke on the way', () => {
    expect(addresses.filter((address) => /7h4rv/i.test(decodeURIComponent(address)))).toEqual([]);
    expect(errors).toEqual([]);
  });
});
