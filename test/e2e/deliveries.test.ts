import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, newDesk, type Screen, screenOf, settled, textOf } from '../harness/desk.ts';
import { goTo } from '../harness/settled.ts';

let desk: Desk;
let page: Page;
let screen: Screen;

/** Opens a screen as a link does: a page loaded anew takes three times as long. */
const open = (path: string) => goTo(page, path);
const lines = 'FEATURE suite vendord 1.0 permanent uncounted\nSIGN=0123 4567 89AB\n';
const binary = Buffer.from([0, 1, 2, 255, ...Buffer.from('FEATURE suite vendord 2.0 permanent')]);
const give = (name: string, buffer: Buffer) =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
const drafts = () => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
const newest = async () => (await desk.get('/keys?sort=-createdAt&limit=1')).items[0];

/** A new key whose form is filled but for what it is delivered as. */
async function begin(product: string, delivery: string): Promise<void> {
  await open('/keys/new');
  await screen.choose('Feature', product, new RegExp(product));
  await screen.choose('Key Type', '', 'Permanent');
  await screen.choose('Delivery', '', delivery);
}

async function save(): Promise<Awaited<ReturnType<typeof newest>>> {
  await screen.button(/^Save Ctrl S/).click();
  await page.waitForURL(/\/keys\/(?!new)/);
  return newest();
}

/** What a press makes the browser save. */
async function saved(press: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

beforeAll(async () => {
  desk = await newDesk();
  page = await desk.signIn();
  screen = screenOf(page);
});
afterAll(() => desk?.browser.close());

describe('how a key is delivered, in the browser', () => {
  it('K18: a license file is chosen, shown by name, size and digest, read for half a minute, and saved', async () => {
    await begin('Delivered Suite', 'License File');
    await give('suite.lic', Buffer.from(lines));
    await page.getByText('suite.lic').waitFor();
    await page.getByText('was: License Key').waitFor();
    expect(await drafts()).not.toContain(Buffer.from(lines).toString('base64').slice(0, 20));
    const key = await save();
    expect(key).toMatchObject({ delivery: 'file', licenseFile: { name: 'suite.lic', size: lines.length } });
    const part = page.getByRole('region', { name: 'License File' });
    expect(await part.textContent()).toContain(key.maskedKey);
    expect(await part.textContent()).toContain(`${lines.length} bytes`);
    await part.getByRole('button', { name: 'Reveal' }).click();
    await settled(() => part.locator('output').textContent()).toContain(
      'FEATURE suite vendord 1.0 permanent uncounted\nSIGN',
    );
    await part.getByRole('button', { name: 'Hide' }).click();
    expect(await part.textContent()).not.toContain('FEATURE');
    const file = await saved(() => part.getByRole('button', { name: 'Download' }).click());
    expect([file.name, file.bytes.toString()]).toEqual(['suite.lic', lines]);
    expect(await desk.actionsOf(key.id)).toEqual(['key.created', 'key.revealed', 'key.revealed']);
  });

  it('K18: the same lines, pasted, are refused with the way to the key that has them', async () => {
    const first = await newest();
    await begin('Delivered Suite', 'License File');
    await screen.button('Paste lines').click();
    await screen.field('License File').fill(lines);
    await screen.button(/^Save Ctrl S/).click();
    await page.getByText('The license file must be unique!').first().waitFor();
    expect(await drafts()).not.toContain('FEATURE');
    await page.getByRole('link', { name: 'Open the key that has it' }).click();
    await screen
      .dialog()
      .getByRole('button', { name: /^Leave/ })
      .click();
    await page.waitForURL(`**/keys/${first.id}`);
  });

  it('K18: a file that is too large is refused before it is sent', async () => {
    await begin('Delivered Suite', 'License File');
    await give('large.bin', Buffer.alloc(256 * 1024 + 1, 'x'));
    await page.getByText('A license file may have 256 KiB.').waitFor();
    await screen.button('Discard').click();
  });

  it('K18: by account there is nothing to reveal, and it is applied like any other key', async () => {
    await begin('Delivered Cloud', 'By Account');
    await screen.field('Seats').fill('5');
    const key = await save();
    expect(key).toMatchObject({ delivery: 'account', seats: 5, maskedKey: '' });
    await page.getByRole('region', { name: 'Delivery' }).getByText('By Account').waitFor();
    expect(await screen.button('Reveal').count()).toBe(0);
    const unit = await desk.newUnit('CLOUD-1');
    await open(`/equipment/${unit.id}`);
    await screen.button('Add a line').click();
    await screen.offers('Delivered', [
      'Delivered Cloud - By Account',
      `Delivered Suite - ${(await suite()).maskedKey}`,
    ]);
    await page.getByRole('option', { name: /^Delivered Cloud/ }).click();
    await screen.button(/^Save Ctrl S/).click();
    await settled(async () => (await desk.linesOf(`keyId=${key.id}`)).length).toBe(1);
    await open('/keys?delivery=account');
    await screen.row('Delivered Cloud').waitFor();
    expect(await screen.column('License Key')).toEqual(['By Account']);
    const { maskedKey } = await suite();
    await open('/keys?delivery=file');
    await screen.row('Delivered Suite').waitFor();
    expect(await screen.column('License Key')).toEqual([`suite.lic …${maskedKey.slice(-8)}`]);
  });

  it('C7, K18: a license key is replaced by a file, that is no text and so is saved at once, and by an account', async () => {
    const old = await desk.newKey('DELIV', 'Delivered Tool');
    await open(`/keys/${old.id}`);
    const replace = async (delivery: string, reason: string, fill: () => Promise<void>) => {
      await screen.button('Replace').click();
      await screen.choose('Delivery', '', delivery);
      await fill();
      await screen.dialog().getByLabel('Reason').fill(reason);
      await screen.inDialog('Replace').click();
      await screen.dialog().waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Replaces an earlier key' }).waitFor();
    };
    await replace('License File', 'New vendor', () => give('tool.bin', binary));
    const part = page.getByRole('region', { name: 'License File' });
    const file = await saved(() => part.getByRole('button', { name: 'Reveal' }).click());
    expect([file.name, file.bytes.equals(binary)]).toEqual(['tool.bin', true]);
    await replace('By Account', 'Moved to the cloud', async () => undefined);
    expect(await newest()).toMatchObject({ delivery: 'account', product: { name: 'Delivered Tool' } });
    expect(textOf('DELIV')).not.toBe('');
  });
});

async function suite() {
  return (await desk.get('/keys?q=Delivered%20Suite')).items[0];
}
