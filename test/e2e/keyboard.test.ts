import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, patience } from '../harness/browser.ts';
import { ask, type Installation, install, password } from '../harness/process.ts';
import { settled, watchRequests } from '../harness/settled.ts';

const office = 'Microsoft Office 365 Professional';
const licenseKey = '7H4RV-QW9TK-3MXP2-8DJNC-12345';
const tim = { name: 'Tim Technician', email: 'tim@nordwind.example', password: 'walnut kite harbour 42' };
let installation: Installation;
let browser: Browser;
let page: Page;

const get = async (path: string) => (await ask(installation, 'GET', path)).body;
const post = async (path: string, body: unknown) => {
  const answer = await ask(installation, 'POST', path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

beforeAll(async () => {
  [installation, browser] = await Promise.all([install(), openBrowser()]);
  const admin = await browser.newContext({ baseURL: installation.server.url });
  await admin.request.post('/api/v1/session', { data: { email: 'ada@nordwind.example', password } });
  const made = await admin.request.post('/api/v1/users', { data: { ...tim, role: 'technician', customerIds: null } });
  expect(made.status()).toBe(201);
  await post('/equipment', { name: 'Delivered laptop', serialNumber: 'LAPTOP-12345' });
  await post('/keys', { licenseKey, productName: office, keyType: 'permanent' });
  const context = await browser.newContext({
    baseURL: installation.server.url,
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
  });
  page = await context.newPage();
  page.setDefaultTimeout(patience);
  watchRequests(page);
});
afterAll(() => browser?.close());

/** The accent of the light colors, as the browser says it. */
const accent = 'rgb(14, 100, 104)';

type Focused = { name: string; isVisible: boolean };

/** In the page: what has the focus, and whether that can be seen: an outline, or for a field a frame in the accent. */
const focused = `(() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth, borderTopColor } = getComputedStyle(one);
  const label = one.getAttribute('aria-label') || [...(one.labels ?? [])].map((label) => label.textContent).join(' ');
  const name = (label || one.placeholder || one.textContent || one.tagName).replaceAll(/\\s+/g, ' ').trim().slice(0, 100);
  const isOutlined = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  return { name, isVisible: isOutlined || borderTopColor === '${accent}' };
})()`;

/** What has the focus, once that can be seen: the frame of a field takes a moment to change its color. */
async function focus(): Promise<string> {
  let at: Focused = { name: '', isVisible: false };
  const look = async () => {
    at = await page.evaluate<Focused>(focused);
    return at.isVisible ? 'visible' : at.name;
  };
  await expect.poll(look, { message: 'what has the focus shows it' }).toBe('visible');
  return at.name;
}

const mostTabs = 60;

/** Goes on by Tab until something of that name has the focus; each on the way shows that it has it. */
async function tabTo(name: string | RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < mostTabs; i++) {
    await page.keyboard.press(key);
    const at = await focus();
    if (typeof name === 'string' ? at === name : name.test(at)) return;
    passed.push(at);
  }
  throw new Error(`Tab does not lead to ${name}: ${passed.join(' › ')}`);
}

/** Waits until something of that name has the focus, and that can be seen. */
async function untilFocus(name: string): Promise<void> {
  await expect.poll(async () => (await page.evaluate<Focused>(focused)).name).toBe(name);
  await focus();
}

it('W2: a technician installs software on a unit and reads its key with the keyboard alone', async () => {
  await page.goto('/');
  await page.waitForURL('**/sign-in?to=*');
  // The first field has the focus already.
  await expect.poll(() => page.evaluate<Focused>(focused).then(({ name }) => name)).toContain('E-mail');
  await page.keyboard.type(tim.email);
  await tabTo(/^Password/);
  await page.keyboard.type(tim.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /Tim/ }).waitFor();

  // The unit is found by its serial number, from anywhere.
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await untilFocus('Search keys, units, customers');
  await page.keyboard.type('LAPTOP-12345');
  await page.getByRole('dialog').getByText('Delivered laptop').waitFor();
  await tabTo(/Delivered laptop/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Delivered laptop' }).waitFor();
  expect(await page.getByRole('tab', { selected: true }).textContent()).toContain('Software Keys');

  // A line is added: the picker has the focus and shows the Office keys; Enter takes the first.
  await tabTo('Add a line');
  await page.keyboard.press('Enter');
  const option = page.getByRole('option').filter({ hasText: office });
  await option.waitFor();
  await untilFocus('License Key');
  await page.keyboard.type('Office');
  await expect.poll(() => option.getAttribute('data-combobox-selected')).toBe('true');
  const picker = page.getByRole('combobox', { name: 'License Key' });
  await expect.poll(() => picker.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'));
  await page.keyboard.press('Enter');
  await option.waitFor({ state: 'detached' });
  await tabTo('Remarks');
  await page.keyboard.type('Installed with standard configuration');
  await page.keyboard.press('Control+s');
  await page.getByRole('cell', { name: 'Installed with standard configuration' }).waitFor();

  // What the guide says the system does by itself.
  const [line] = (await get('/assignments')).items;
  const today = (await get('/me')).today;
  expect(line).toMatchObject({
    appliedOn: today,
    appliedBy: { name: tim.name },
    equipment: { name: 'Delivered laptop' },
  });
  expect((await get(`/keys/${line.key.id}`)).status).toBe('applied');
  const { items: entries } = await get(`/audit?keyId=${line.key.id}&action=key.applied`);
  expect(entries).toMatchObject([{ actor: { name: tim.name } }]);

  // The focus stays near: not at the top of the page, where everything would begin anew.
  await settled(page);
  await untilFocus('Add a line');

  // The product key is read for the installation; closing leads back to where it was asked for.
  const reveal = `Reveal or copy the key of ${office}`;
  await tabTo(reveal, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo('Reveal');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('dialog').getByRole('status').first().textContent()).toBe(licenseKey);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await untilFocus(reveal);

  // A dialog that asks keeps the focus inside, and gives it back when it is called off.
  await tabTo(`Remove ${office}`);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo('Cancel');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await untilFocus(`Remove ${office}`);
  expect((await get('/assignments')).items).toHaveLength(1);
});
