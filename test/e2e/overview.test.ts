import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openBrowser, patience } from '../harness/browser.ts';
import { signIn, startDemo } from '../harness/demo.ts';
import { screenOf, settled } from '../harness/desk.ts';
import { ask, type Env, keybook, type Server } from '../harness/process.ts';
import { settled as atRest, goTo, watchRequests } from '../harness/settled.ts';

let server: Server;
let env: Env;
let browser: Browser;
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
let page: Page;

const get = async (path: string) => (await ask({ env }, 'GET', path)).body;
/** Opens a screen as a link does: a page loaded anew takes four times as long. */
const open = (path: string) => goTo(page, path);
const button = (name: string | RegExp, on = page) => on.getByRole('button', { name });

/** A page of the signed-in administrator. */
async function newPage(locale: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    baseURL: server.url,
    locale,
    ...(signedIn && { storageState: signedIn }),
  });
  context.setDefaultTimeout(patience);
  return context.newPage();
}

/** The demo organisation, which has something of everything; its administrator is signed in. */
beforeAll(async () => {
  const [demo, opened] = await Promise.all([startDemo('en'), openBrowser()]);
  [server, browser] = [demo.server, opened];
  const made = await keybook(['token', 'create', '--user', demo.email], demo.env);
  env = { ...demo.env, KEYBOOK_URL: server.url, KEYBOOK_TOKEN: made.stdout.trim() };
  page = await newPage('en-US');
  watchRequests(page);
  await signIn(page.context(), demo, demo);
  signedIn = await page.context().storageState();
});
afterAll(() => browser?.close());

/** How many rows the foot of the open list says there are: "1–50 of 1,204", "0 rows" or "12 groups, 1,204 rows". */
async function rowsOfList(): Promise<number> {
  const foot = page.locator('footer').last();
  const told = /–[\d,]+ of ([\d,]+)|([\d,]+) rows?/;
  // Until the list is read, the foot may still tell of the one before.
  await atRest(page);
  await settled(() => foot.textContent()).toMatch(told);
  const [, ofPage, ofGroups] = told.exec((await foot.textContent()) ?? '') ?? [];
  return Number((ofPage ?? ofGroups ?? '').replaceAll(',', ''));
}

type Count = { name: string; number: number; address: string };

/** Every number of the open screen that says where its rows are. */
async function countsOf(): Promise<Count[]> {
  const numbers = page.locator('[data-count]');
  // A list that is still to be read has no numbers yet; then each of its rows asks for its own.
  await atRest(page);
  await settled(() => numbers.filter({ hasNotText: /\d/ }).count()).toBe(0);
  return numbers.evaluateAll((found) =>
    found.map((element) => ({
      name: element.getAttribute('data-count') ?? '',
      number: Number(/[\d,]+/.exec(element.textContent ?? '')?.[0]?.replaceAll(',', '') ?? 'NaN'),
      address: element.closest('a')?.getAttribute('href') ?? '',
    })),
  );
}

/** Opens a number's rows, counts them and goes back. */
async function rowsBehind({ name }: Count): Promise<number> {
  const before = page.url();
  await page.locator(`a[data-count="${name}"], a:has([data-count="${name}"])`).click();
  const rows = await rowsOfList();
  await page.goBack();
  await page.waitForURL(before);
  return rows;
}

describe('Home', () => {
  it('K10, C3, E2, E4, E6: each number leads to a list with as many rows', async () => {
    await open('/');
    await settled(() => page.locator('[data-count^=month]').count()).toBe(12);
    const counts = await countsOf();
    expect(counts.filter(({ number }) => number > 0).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['expiring-30', 'used-30', 'expiring-90', 'free', 'expiredInUse', 'outOfService']),
    );
    const tried = counts.filter(({ name }) => !name.startsWith('month') || name.endsWith('-12'));
    const found: Count[] = [];
    for (const count of tried) found.push({ ...count, number: await rowsBehind(count) });
    expect(found).toEqual(tried);
  });

  it('C3, E2, E4: what is to be done names the first of its rows', async () => {
    await open('/');
    const [oldest] = (await get('/keys?status=expired&inUse=true&sort=validityEnd&limit=1')).items;
    const [held] = oldest.assignments;
    const units = (await get('/equipment?status=returned,retired&keyCountFrom=1')).items;
    const toDo = page.getByRole('region', { name: 'To do' });
    const holder = held.equipment?.name ?? held.userName;
    await settled(() => toDo.textContent()).toMatch(new RegExp(`oldest for \\d+ days?: ${holder}`));
    await settled(() => toDo.textContent()).toContain(units[0].name);
  });

  it('K10: keys of one product and customer that end on one day are one row, which opens them', async () => {
    await open('/');
    const first = page.getByRole('region', { name: 'Next to expire' }).getByRole('row').nth(1);
    const [soonest] = (await get('/keys?expiringWithin=90&sort=validityEnd&limit=1')).items;
    const { product, customer, validityEnd: end } = soonest;
    const together = `productId=${product.id}&customerId=${customer.id}&validityEndFrom=${end}&validityEndTo=${end}`;
    const { total } = await get(`/keys?expiringWithin=90&${together}`);
    for (const text of [product.name, customer.name, `${total} key`])
      await settled(() => first.textContent()).toContain(text);
  });

  it('a part of Home that could not be read says so, and is read at another try; the rest stands', async () => {
    const asked = '**/api/v1/keys?expiringWithin=90&sort=validityEnd&limit=100&count=exact';
    const problem = { type: 'about:blank', title: 'Internal', status: 500, code: 'internal', detail: 'It broke.' };
    const body = JSON.stringify({ ...problem, requestId: 'req-4711' });
    await page.route(asked, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body }));
    onTestFinished(() => page.unroute(asked));
    await goTo(page, '/', { anew: true });
    const panel = page.getByRole('region', { name: 'Next to expire' });
    const again = panel.getByRole('alert').getByRole('button');
    await panel.getByText('req-4711').waitFor();
    await settled(() => page.getByRole('region', { name: 'To do' }).textContent()).toMatch(/oldest for/);
    await page.unroute(asked);
    await again.click();
    await panel.getByRole('row').nth(1).waitFor();
  });

  it('R13: of when the newest backup is, and why one failed with the next step, in the language of the reader', async () => {
    const failure = { at: '2026-11-21T00:05:00.000Z', why: 'noFolder' };
    for (const [locale, made, words] of [
      ['en-GB', 'backup', 'BACKUP_DIR is not there. Make or mount it'],
      ['de-DE', 'Sicherung', 'BACKUP_DIR ist nicht da. Bitte auf dem Server anlegen'],
    ] as const) {
      const own = await newPage(locale);
      await own.route('**/api/v1/expiry-runs', async (route) => {
        const answer = await route.fetch();
        const backup = { newestAt: '2026-11-20T00:05:00.000Z', isLate: false, failure };
        await route.fulfill({ response: answer, json: { ...(await answer.json()), backup } });
      });
      await own.goto('/');
      await settled(() =>
        own
          .getByRole('alert')
          .allTextContents()
          .then((all) => all.join()),
      ).toContain(words);
      await settled(() => own.getByText(`· ${made} `).count()).toBe(1);
      await own.context().close();
    }
  });

  it('P5: the navigation folds to its icons, each with its name, and stays so', async () => {
    await open('/');
    await button('Collapse').click();
    const keys = page.getByRole('link', { name: 'Software Keys' });
    expect((await keys.boundingBox())?.width).toBeLessThan(52);
    await page.reload();
    await keys.click();
    await page.waitForURL('**/keys');
    await button('Expand').click();
    await settled(async () => (await keys.boundingBox())?.width).toBeGreaterThan(100);
  });

  it('L1: what was done last stands first, as the log says it', async () => {
    await open('/');
    const [newest] = (await get('/audit?action=created,applied,revoked,expired&limit=1')).items;
    const first = page.locator('[aria-labelledby=activity] li').first();
    await settled(() => first.textContent()).toContain(newest.sentence);
  });
});

describe('Reports', () => {
  it('L5: each of the nine reports opens its list, grouped, with as many rows as its count says', async () => {
    await open('/reports');
    const counts = (await countsOf()).filter(({ name }) => name !== 'timeline');
    expect(counts).toHaveLength(8);
    for (const count of counts) {
      expect([count.name, await rowsBehind(count)]).toEqual([count.name, count.number]);
      expect(count.address).toContain('groupBy=');
    }
    await page.getByRole('combobox', { name: 'Choose a key' }).fill('Norvik');
    await page.getByRole('option').first().click();
    await page.waitForURL(/keyId=.*sort=idx/);
    await page.getByText('Created by Helen Carter').first().waitFor();
    const keyId = new URL(page.url()).searchParams.get('keyId');
    expect(await rowsOfList()).toBe((await get(`/audit?keyId=${keyId}`)).total);
  });

  it('K8, E4: groups of keys tell how many are available, applied, expired and revoked, and where none is free', async () => {
    const counts = async (status: string): Promise<Map<string, number>> =>
      new Map(
        (await get(`/keys?groupBy=product&status=${status}`)).groups.map(
          ({ label, count }: { label: string; count: number }) => [label, count],
        ),
      );
    const [available, applied, expired, revoked] = await Promise.all(
      ['available', 'applied', 'expired', 'revoked'].map(counts),
    );
    await open('/keys?groupBy=product');
    const groups = page.getByRole('region', { name: 'Group by' }).getByRole('button');
    await settled(() => groups.first().textContent()).toContain('Revoked');
    const told = await groups.evaluateAll((found) =>
      found.map((group) => [...group.querySelectorAll(':scope > span')].map(({ textContent }) => textContent)),
    );
    expect(told).toHaveLength((await get('/products?limit=1')).total);
    expect(told.flat().filter((text) => text === 'none free').length).toBeGreaterThan(0);
    const words = ['Available', 'Applied', 'Expired', 'Revoked'];
    for (const [name = '', sum, , ...parts] of told) {
      const known = [available, applied, expired, revoked].map((found) => found?.get(name) ?? 0);
      const shown = known.map((count, i) => `${words[i]} ${count === 0 ? '–' : count}`);
      expect([name, ...parts]).toEqual([name, known[0] === 0 ? 'none free' : shown[0], ...shown.slice(1)]);
      expect(Number(sum)).toBe(known.reduce((a, b) => a + b));
    }
    await open('/keys?groupBy=product&status=applied,expired');
    await settled(() => groups.first().textContent()).toContain('Available –');
    expect((await groups.allTextContents()).filter((text) => text.includes('none free'))).toEqual([]);
  });

  it('L5: a group opens to its rows, all of them at once for paper', async () => {
    await open('/keys?inUse=true&groupBy=status');
    await button('Open all').click();
    await settled(() => page.getByRole('table').count()).toBe(3);
    await page.emulateMedia({ media: 'print' });
    onTestFinished(() => page.emulateMedia({ media: 'screen' }));
    expect(await page.getByRole('navigation', { name: 'Navigation' }).isVisible()).toBe(false);
    expect(await button('Open all').isVisible()).toBe(false);
    expect(await page.getByRole('table').first().isVisible()).toBe(true);
  });
});

describe('Software Licenses', () => {
  it('E3, E6: a license is made, keys are added to it, and it shows bought, keyed, taken and free', async () => {
    await open('/licenses/new');
    await page.getByRole('combobox', { name: 'Feature' }).fill('Testware 12');
    await page.getByRole('option', { name: 'New feature “Testware 12”' }).click();
    await page.getByLabel('Quantity').fill('5');
    await page.getByLabel('Order Number').fill('PO 1');
    await button('Save').click();
    await page.getByRole('heading', { name: 'Testware 12 · PO 1' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const keys = ['AAAA1', 'BBBB2', 'CCCC3'].map((tail) => ({
      licenseKey: `9TRVQ-4H8KX-7PLM2-${tail}`,
      productName: 'Testware 12',
      keyType: 'permanent',
    }));
    expect((await ask({ env }, 'POST', '/keys/batch', { keys })).status).toBe(201);
    await button('Add existing').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/AAAA1/).check();
    await dialog.getByLabel(/CCCC3/).check();
    await dialog.getByRole('button', { name: 'Link 2 keys' }).click();
    await page.getByText('2 keys belong to this license now.').waitFor();
    await settled(() => page.getByRole('row').filter({ hasText: 'CCCC3' }).count()).toBe(1);
    expect((await get(`/keys?licenseId=${id}`)).total).toBe(2);
    const figures = ['Bought', 'Keyed', 'Taken', 'Free'];
    const read = () => Promise.all(figures.map((label) => screenOf(page).fact(label).textContent()));
    await settled(read).toEqual(['5', '2', '0', '5']);
    await page.getByRole('tab', { name: /Audit Logs/ }).click();
    await page.getByText('License "Testware 12 · PO 1" created by Helen Carter').waitFor();
  });

  it('E7: a license that keys belong to is not deleted; the refusal names them, archiving is offered', async () => {
    const { items } = await get('/licenses?orderNumber=PO 1');
    await open(`/licenses/${items[0].id}`);
    await button('More actions').click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog
      .getByRole('link', { name: /Testware 12 - / })
      .first()
      .waitFor();
    await dialog.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('is archived').waitFor();
    expect((await get(`/licenses/${items[0].id}`)).archived).toBe(true);
  });
});

describe('Audit Logs', () => {
  it('L4: filtered by unit and action; an entry opens to its old and new values and its proof', async () => {
    const { items } = await get('/audit?action=equipment.updated&limit=1');
    const [entry] = items;
    await open('/audit');
    await button('Equipment').click();
    await page.getByRole('combobox', { name: 'Equipment' }).fill(entry.details.name);
    await page.getByRole('option', { name: entry.details.name }).click();
    await page.waitForURL(/equipmentId=/);
    const { total } = await get(`/audit?equipmentId=${entry.equipmentId}`);
    await settled(rowsOfList).toBe(total);
    await button('Action').click();
    await page.getByLabel('Equipment: Changed').click();
    await page.keyboard.press('Escape');
    await page.waitForURL(/action=equipment.updated/);
    await page.getByText(entry.sentence).first().waitFor();
    await button(`Details of entry ${entry.idx.toLocaleString('en-US')}`).click();
    await page.getByText(entry.details.changes.location.new, { exact: true }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), button('Download proof').click()]);
    expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toMatchObject({ idx: entry.idx });
  });

  it('L4: an empty result says how many entries there are without the filters, and takes them off', async () => {
    await open('/audit?action=key.mended');
    const { totalUnfiltered } = await get('/audit?action=key.mended');
    await page.getByText(`there are ${totalUnfiltered.toLocaleString('en-US')} entries`).waitFor();
    await button('Clear search and filters').click();
    await settled(rowsOfList).toBe(totalUnfiltered);
  });

  it('L4: entries of one batch are one row, which opens to each of them', async () => {
    const { items } = await get('/audit?action=key.renewed&limit=50');
    const batch = items.filter((entry: Batched) => entry.details.batch === items[0].details.batch);
    expect(batch.length).toBeGreaterThan(1);
    await open('/audit?action=key.renewed');
    const row = page
      .getByRole('row')
      .filter({ hasText: `${batch.length} keys (` })
      .first();
    await row.getByRole('button').click();
    const last = batch.at(-1).idx.toLocaleString('en-US');
    await button(`Details of entry ${last}`).first().waitFor();
  });

  it('L2, D: in German the log speaks German', async () => {
    const german = await newPage('de-DE');
    await german.goto('/audit?action=key.removed');
    await german
      .getByText(/Widerrufen von (Gerät|Benutzer) „.+“ durch /)
      .first()
      .waitFor();
    await german.getByText('Versiegelt bis Eintrag').waitFor();
    await german.context().close();
  });
});

type Batched = { idx: number; details: { batch?: string } };
