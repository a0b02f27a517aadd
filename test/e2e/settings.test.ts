import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { loseAnswers } from '../harness/lose-answers.ts';
import { ask, type Installation, install, password } from '../harness/process.ts';
import { qrCodeIn } from '../harness/qr-code.ts';
import { confirmedLongAgo } from '../harness/sealed.ts';
import { totp } from '../harness/totp.ts';

const theo = { name: 'Theo Techniker', email: 'theo@nordwind.example', password: 'walnut kite harbour 42' };
let installation: Installation;
let browser: Browser;
let page: Page;
const errors: string[] = [];

const get = async (path: string) => (await ask(installation, 'GET', path)).body;
const open = (path: string, on = page) => on.goto(installation.server.url + path);
const button = (name: string | RegExp, on = page) => on.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const inDialog = (name: string) => dialog().getByRole('button', { name, exact: true });

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
  context.setDefaultTimeout(8000);
  const made = await context.newPage();
  made.on('pageerror', ({ message }) => errors.push(message));
  return made;
}

/** Types e-mail and password where they are asked for. */
async function signIn(on: Page, who: { email: string; password: string }): Promise<void> {
  await on.locator('input[name=email]').fill(who.email);
  await on.locator('input[name=password]').fill(who.password);
  await button('Sign in', on).click();
}

/** A code of the next time step: the present one may be spent. */
const freshCode = (secret: string, steps = 0): string => totp(secret, new Date(Date.now() + steps * 30_000));

beforeAll(async () => {
  [installation, browser] = await Promise.all([install(), openBrowser()]);
  page = await newPage();
});
afterAll(() => browser?.close());

describe('settings in the browser', () => {
  it('P1: signing in leads back to where one was going', async () => {
    await open('/settings?tab=users');
    await page.waitForURL('**/sign-in?to=*');
    await signIn(page, { email: 'ada@nordwind.example', password: 'not the right one' });
    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await signIn(page, { email: 'ada@nordwind.example', password });
    await page.waitForURL('**/settings?tab=users');
    await page.getByRole('cell', { name: 'ada@nordwind.example' }).waitFor();
  });

  it('P1: an administrator adds a technician, who signs in and sees no Users', async () => {
    await button('New user').click();
    await dialog().getByLabel('Name').fill(theo.name);
    await dialog().getByLabel('E-mail').fill(theo.email);
    await dialog().getByLabel('First password').fill(theo.password);
    await inDialog('Add the user').click();
    await page.getByText('Theo Techniker is added.').waitFor();
    expect((await get('/users?email=theo@nordwind.example')).items).toMatchObject([
      { name: theo.name, role: 'technician', customerIds: null, disabled: false },
    ]);
    const his = await newPage();
    await open('/settings?tab=users', his);
    await signIn(his, theo);
    await his.getByRole('tab', { name: 'My account' }).waitFor();
    expect(await his.getByRole('tab').allTextContents()).toEqual(['My account', 'Organization']);
    await his.context().close();
  });

  it('P1: a disabled user cannot sign in, and is enabled again', async () => {
    await button(theo.name).click();
    await inDialog('Disable').click();
    await page.getByText('Theo Techniker is disabled and signed out.').waitFor();
    const his = await newPage();
    await open('/sign-in', his);
    await signIn(his, theo);
    await his.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await button(theo.name).click();
    await inDialog('Enable again').click();
    await page.getByText('Theo Techniker can sign in again.').waitFor();
    await button('Sign in', his).click();
    await his.waitForURL(({ pathname }) => pathname === '/');
    await his.context().close();
  });

  it('P4: where the session was confirmed long ago, the password is asked for and the action then goes on', async () => {
    await confirmedLongAgo(installation.env.DATA_DIR ?? '');
    await open('/settings?tab=organisation');
    await page.getByRole('textbox', { name: 'Organization' }).fill('Nordwind IT GmbH');
    await button('Save').click();
    await dialog().locator('input[name=password]').fill('not the right one');
    await inDialog('Confirm').click();
    await dialog().getByRole('alert').getByText('The password is wrong.').waitFor();
    expect((await get('/settings')).organisation).toBe('Nordwind IT');
    await dialog().locator('input[name=password]').fill(password);
    await inDialog('Confirm').click();
    await page.getByText('Saved.').waitFor();
    expect((await get('/settings')).organisation).toBe('Nordwind IT GmbH');
  });

  it('K12: a dynamic feature is defined and stands in the form of a key', async () => {
    await open('/settings?tab=features');
    await button('New dynamic feature: Software Keys').click();
    await dialog().getByLabel('Label in English').fill('Contract');
    await dialog().getByLabel('Label in German').fill('Vertrag');
    await dialog().getByLabel('Name').fill('contract');
    await dialog().getByLabel('Mask').fill('AA-9999');
    await inDialog('Save').click();
    await page.getByRole('cell', { name: 'Contract · Vertrag' }).waitFor();
    await open('/keys/new');
    await page.getByLabel('Contract').waitFor();
  });

  it('P4: the second factor is required, set up before anything else, and asked for at sign-in', async () => {
    await open('/settings?tab=organisation');
    await page.getByLabel('Everybody needs a second factor').check({ force: true });
    await button('Save').click();
    await button('Set up').click();
    expect(page.url()).toContain('/sign-in?step=enrolment');
    const secret = (await page.locator('[data-secret]').getAttribute('data-secret')) ?? '';
    const address = await page.getByRole('link', { name: 'open it in the app' }).getAttribute('href');
    expect(new URL(address ?? '').searchParams.get('secret')).toBe(secret);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await qrCodeIn(page.getByRole('img', { name: /^QR code/ }))).toBe(address);
    }
    await page.emulateMedia({ colorScheme: null });
    await page.getByLabel('Code').fill('000000');
    await button('Switch on').click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Code').fill(freshCode(secret));
    await button('Switch on').click();
    await page.locator('[data-codes] p').first().waitFor();
    const codes = await page.locator('[data-codes] p').allTextContents();
    expect(codes.length).toBeGreaterThan(4);
    await button('Continue').click();
    await page.waitForURL('**/settings?tab=organisation');

    const again = await newPage();
    await open('/sign-in', again);
    await signIn(again, { email: 'ada@nordwind.example', password });
    await again.getByLabel('Code').fill(freshCode(secret, 1));
    await button('Sign in', again).click();
    await again.waitForURL(({ pathname }) => pathname === '/');
    await again.context().close();

    const third = await newPage();
    await open('/sign-in', third);
    await signIn(third, { email: 'ada@nordwind.example', password });
    await third.getByLabel('Code').fill(codes[0] ?? '');
    await button('Sign in', third).click();
    await third.waitForURL(({ pathname }) => pathname === '/');
    await open('/settings', third);
    await third.getByText(`${codes.length - 1} recovery codes are left.`).waitFor();
    await third.context().close();
  });

  it('P4: single sign-on that failed says why in words', async () => {
    const stranger = await newPage();
    await open('/sign-in?problem=not_linked', stranger);
    await stranger.getByRole('alert').getByText('Nobody here is linked to that account').waitFor();
    await stranger.context().close();
  });

  it('C2: the expiry job is run now and stands in the list of runs', async () => {
    await open('/settings?tab=jobs');
    const { total } = await get('/expiry-runs');
    await button('Run now').click();
    await page.getByText('The expiry job has run.').waitFor();
    expect((await get('/expiry-runs')).total).toBe(total + 1);
    await button('Check now').click();
    await page.getByText('Keys and assignments agree.').waitFor();
  });

  it('R7: Run now pressed once is one run, also where two answers are lost', async () => {
    await open('/settings?tab=jobs');
    const { total } = await get('/expiry-runs');
    const sent = await loseAnswers(page, '/api/v1/expiry-runs', 2);
    await button('Run now').click();
    await page.getByText('Trying again: it is done once.').first().waitFor();
    await page.getByText('The expiry job has run.').waitFor();
    expect(sent).toEqual([sent[0], sent[0], sent[0]]);
    expect((await get('/expiry-runs')).total).toBe(total + 1);
  });

  it('nothing broke on any of these screens', () => expect(errors).toEqual([]));
});
