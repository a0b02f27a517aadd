import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, newDesk, until } from '../harness/desk.ts';
import { loseAnswers } from '../harness/lose-answers.ts';
import { goTo } from '../harness/settled.ts';

const office = 'Office 365 Professional';
let desk: Desk;
let page: Page;

const dayFromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** A key whose visible last characters are `tail`, ending in so many days; without days it never ends. */
const newKey = (tail: string, days?: number, more: object = {}) =>
  desk.newKey(tail, office, { ...(days !== undefined && until(dayFromNow(days))), ...more });
const newUnit = (name: string, more: object = {}): Promise<{ id: string }> =>
  desk.post('/equipment', { name, ...more });
const linesOn = (id: string): Promise<{ key: { id: string } }[]> => desk.linesOf(`equipmentId=${id}`);

/** Opens a screen as a link does: a page loaded anew takes three times as long. */
const open = (path: string) => goTo(page, path);
/** Opens it anew: nothing that was said or offered on the page before is left. */
const openAnew = (path: string) => goTo(page, desk.installation.server.url + path, { anew: true });
const button = (name: string | RegExp, on = page) => on.getByRole('button', { name });
const inDialog = (name: string | RegExp, on = page) =>
  on.getByRole('dialog').getByRole('button', { name, exact: true });
const line = (text: string, on = page) => on.getByRole('row').filter({ hasText: text });

beforeAll(async () => {
  desk = await newDesk();
  page = await desk.signIn({ viewport: { width: 1280, height: 800 } });
});
afterAll(() => desk?.browser.close());

describe('equipment in the browser', () => {
  it('E2: a unit is made in the form, and a serial number that is taken leads to the unit that has it', async () => {
    await open('/equipment');
    await page.getByRole('link', { name: 'Create' }).first().click();
    await page.getByLabel('Name').fill('LAPTOP-001');
    await page.getByLabel('Serial').fill('5CG4210XJ7');
    await button('Save').click();
    await page.waitForURL(/\/equipment\/(?!new)/);
    expect((await desk.get('/equipment?serialNumber=5CG4210XJ7')).items).toMatchObject([
      { name: 'LAPTOP-001', status: 'inService' },
    ]);
    await open('/equipment/new');
    await page.getByLabel('Name').fill('LAPTOP-001b');
    await page.getByLabel('Serial').fill('5cg4210xj7');
    await button('Save').click();
    await page.getByRole('link', { name: 'Open the unit that has it' }).click();
    await button('Leave').click();
    await page.getByRole('heading', { name: 'LAPTOP-001', exact: true }).waitFor();
  });

  it('E1: a row that is opened right after typing stays open, however slowly its screen arrives', async () => {
    await newUnit('LAPTOP-013');
    const fresh = await desk.signIn();
    await fresh.clock.install();
    const arrival = Promise.withResolvers<void>();
    await fresh.route('**/equipment-page-*.js', async (route) => {
      await arrival.promise;
      await route.continue();
    });
    await fresh.getByRole('link', { name: 'Equipment', exact: true }).click();
    await line('LAPTOP-013', fresh).waitFor();
    await fresh.clock.pauseAt(Date.now() + 60_000);
    await fresh.getByRole('textbox', { name: 'Search', exact: true }).fill('LAPTOP-013');
    await line('LAPTOP-013', fresh).click();
    await fresh.clock.runFor(1000);
    arrival.resolve();
    await fresh.clock.resume();
    await fresh.getByRole('heading', { name: 'LAPTOP-013' }).waitFor();
    await fresh.context().close();
  });

  it('A1, A2, A3: the picker offers the soonest-expiring free key first; saving applies it and records it', async () => {
    const unit = await newUnit('LAPTOP-002');
    const later = await newKey('LATE1', 300);
    const soon = await newKey('SNER1', 20);
    await newKey('RVKD1', 100).then(({ id }) => desk.post(`/keys/${id}/revocation`, { reason: 'Refunded' }));
    await open(`/equipment/${unit.id}`);
    await button('Add a line').click();
    await page.getByPlaceholder('Product, last characters').fill('office');
    const options = page.getByRole('option');
    await expect.poll(() => options.allInnerTexts()).toHaveLength(3);
    const offered = await options.allInnerTexts();
    expect(offered[0]).toContain('SNER1');
    expect(offered[1]).toContain('LATE1');
    expect(offered[2]).toContain('Revoked');
    expect(await options.nth(2).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Enter');
    await page.getByPlaceholder('Optional', { exact: true }).fill('Installed with standard configuration');
    await page.getByPlaceholder('User name').fill('Anna');
    await button('Save').click();
    await line('SNER1').getByText('Installed with standard configuration').waitFor();
    expect(await desk.statusOf(soon.id)).toBe('applied');
    expect(await desk.statusOf(later.id)).toBe('available');
    expect(await desk.actionsOf(soon.id)).toEqual(['key.created', 'key.applied']);
    expect((await desk.get('/assignments?userName=Anna')).items).toMatchObject([
      { key: { id: soon.id }, appliedOn: today() },
    ]);
  });

  it('A4: a seat lost to another client says who has it, and the next free key is one click away', async () => {
    const [mine, other] = [await newUnit('LAPTOP-003'), await newUnit('LAPTOP-042')];
    const product = { productName: 'Publisher 2024' };
    const wanted = await newKey('WNTD1', 30, product);
    const next = await newKey('NEXT1', 40, product);
    await open(`/equipment/${mine.id}`);
    await button('Add a line').click();
    await page.getByPlaceholder('Product, last characters').fill('WNTD1');
    await page.getByRole('option').filter({ hasText: 'WNTD1' }).click();
    await desk.post(`/keys/${wanted.id}/assignments`, { equipmentId: other.id });
    await button('Save').click();
    await page.getByRole('alert').getByText('LAPTOP-042 was faster').waitFor();
    await button('Apply •••••-NEXT1 instead').click();
    await line('NEXT1').waitFor();
    expect((await linesOn(mine.id)).map(({ key }) => key.id)).toEqual([next.id]);
    expect((await linesOn(other.id)).map(({ key }) => key.id)).toEqual([wanted.id]);
  });

  it('R7: a key is applied once, also where two answers are lost; meanwhile that is said', async () => {
    const unit = await newUnit('LAPTOP-LOST');
    const key = await newKey('LOST1', 60);
    await open(`/equipment/${unit.id}`);
    await button('Add a line').click();
    await page.getByPlaceholder('Product, last characters').fill('LOST1');
    await page.getByRole('option').filter({ hasText: 'LOST1' }).click();
    const sent = await loseAnswers(page, `/api/v1/keys/${key.id}/assignments`, 2);
    await button('Save').click();
    await page.getByRole('status').getByText('Trying again: it is done once.').waitFor();
    await line('LOST1').waitFor();
    expect(sent).toEqual([sent[0], sent[0], sent[0]]);
    expect(await linesOn(unit.id)).toHaveLength(1);
    expect(await desk.actionsOf(key.id)).toEqual(['key.created', 'key.applied']);
  });

  it('A7: removing asks, frees the seat and can be undone by an ordinary application, once', async () => {
    const unit = await newUnit('LAPTOP-004');
    const key = await newKey('RMVE1', 200);
    await desk.post(`/keys/${key.id}/assignments`, { equipmentId: unit.id, remarks: 'Ticket 7' });
    await open(`/equipment/${unit.id}`);
    await button(`Remove ${office}`).click();
    await inDialog('Cancel').click();
    expect(await desk.statusOf(key.id)).toBe('applied');
    await button(`Remove ${office}`).click();
    await inDialog('Remove').click();
    await page.getByText('No key is on this unit.').first().waitFor();
    await page.getByText('Also had 1 key before').waitFor();
    expect(await desk.statusOf(key.id)).toBe('available');
    await button('Undo').dblclick();
    await line('RMVE1').getByText('Ticket 7').waitFor();
    expect(await desk.actionsOf(key.id)).toEqual(['key.created', 'key.applied', 'key.removed', 'key.applied']);
  });

  it('A7: an undo that comes too late says who was faster', async () => {
    const [unit, other] = [await newUnit('LAPTOP-005'), await newUnit('LAPTOP-043')];
    const key = await newKey('TLTE1', 200);
    await desk.post(`/keys/${key.id}/assignments`, { equipmentId: unit.id });
    await openAnew(`/equipment/${unit.id}`);
    await button(`Remove ${office}`).click();
    await inDialog('Remove').click();
    await button('Undo').waitFor();
    await desk.post(`/keys/${key.id}/assignments`, { equipmentId: other.id });
    await button('Undo').click();
    await page.getByRole('alert').getByText('LAPTOP-043 was faster').waitFor();
    expect(await linesOn(unit.id)).toEqual([]);
  });

  it('A10: recover all says how many and which, acts at once, and can be undone', async () => {
    const unit = await newUnit('LAPTOP-006');
    const keys = [await newKey('RCVA1'), await newKey('RCVB1'), await newKey('RCVC1')];
    for (const { id } of keys) await desk.post(`/keys/${id}/assignments`, { equipmentId: unit.id });
    await openAnew(`/equipment/${unit.id}`);
    await button('Recover all keys').click();
    const dialog = page.getByRole('dialog', { name: 'Recover 3 keys of LAPTOP-006?' });
    await dialog.getByText('•••••-RCVB1').waitFor();
    await inDialog('Recover all keys').click();
    await page.getByText('3 keys recovered from LAPTOP-006').waitFor();
    expect(await Promise.all(keys.map(({ id }) => desk.statusOf(id)))).toEqual(['available', 'available', 'available']);
    await button('Undo').click();
    await page.getByText('3 keys are applied again').waitFor();
    expect(await linesOn(unit.id)).toHaveLength(3);
  });

  it('A11: all keys move to the replacement in one action, and back by undo', async () => {
    const [old, fresh] = [await newUnit('LAPTOP-007'), await newUnit('LAPTOP-107')];
    const key = await newKey('MVNG1');
    await desk.post(`/keys/${key.id}/assignments`, { equipmentId: old.id, userName: 'Ben' });
    await openAnew(`/equipment/${old.id}`);
    await button('Move keys…').click();
    await page.getByRole('dialog').getByRole('combobox').fill('LAPTOP-107');
    await page.getByRole('option').filter({ hasText: 'LAPTOP-107' }).click();
    await inDialog('Move keys').click();
    await page.getByText('1 key moved to LAPTOP-107').waitFor();
    expect(await linesOn(fresh.id)).toMatchObject([{ key: { id: key.id }, userName: 'Ben' }]);
    await button('Undo').click();
    await page.getByText('1 key is applied again').waitFor();
    expect(await linesOn(fresh.id)).toEqual([]);
    expect(await linesOn(old.id)).toMatchObject([{ key: { id: key.id }, userName: 'Ben' }]);
  });

  it('A12: History answers what was on the unit on a day', async () => {
    const unit = await newUnit('LAPTOP-008');
    const key = await newKey('HSTR1');
    await desk.post(`/keys/${key.id}/assignments`, { equipmentId: unit.id, appliedOn: dayFromNow(-10) });
    await open(`/equipment/${unit.id}?tab=history`);
    await page.getByText('1 line in all').waitFor();
    const day = page.getByRole('textbox', { name: 'What was on this unit on' });
    await day.fill(dayFromNow(-5));
    await day.blur();
    await page.getByText('1 key at the end of').waitFor();
    await day.fill(dayFromNow(-20));
    await day.blur();
    await page.getByText('No key at the end of').waitFor();
    await page.getByRole('tab', { name: /Audit Logs/ }).click();
    await page.getByText('Applied to Equipment "LAPTOP-008"').waitFor();
  });

  it('A6: the list of equipment features removes selected lines at once', async () => {
    const unit = await newUnit('LAPTOP-009');
    const keys = [await newKey('BLKA1'), await newKey('BLKB1')];
    for (const { id } of keys) await desk.post(`/keys/${id}/assignments`, { equipmentId: unit.id });
    await open(`/assignments?equipmentId=${unit.id}`);
    await line('BLKB1').waitFor();
    await page.getByLabel('Select the rows of this page').check();
    await page.getByRole('toolbar').getByRole('button', { name: 'Remove' }).click();
    await inDialog('Remove').click();
    await page.getByText('2 lines removed').waitFor();
    expect(await linesOn(unit.id)).toEqual([]);
    await page.getByText('Removed', { exact: true }).click();
    await line('BLKA1').waitFor();
  });

  it('E2, E7: a unit that holds keys is retired, not deleted; nothing is applied to it any more', async () => {
    const unit = await newUnit('LAPTOP-010');
    const key = await newKey('RTRD1');
    await desk.post(`/keys/${key.id}/assignments`, { equipmentId: unit.id });
    await open(`/equipment/${unit.id}`);
    await button('More actions').click();
    const deletion = page.getByRole('menuitem', { name: 'Delete' });
    expect(await deletion.getAttribute('aria-disabled')).toBe('true');
    await deletion.getByText('1 key is still on it.').waitFor();
    await page.getByRole('menuitem', { name: 'Retire' }).click();
    await page.getByText('LAPTOP-010: Retired').waitFor();
    expect((await desk.get(`/equipment/${unit.id}`)).status).toBe('retired');
    expect(await button('Add a line').getAttribute('aria-disabled')).toBe('true');
  });

  it('A9: who may not edit sees the lines read-only and the names of the administrators', async () => {
    const unit = await newUnit('LAPTOP-011');
    const key = await newKey('RDNL1');
    await desk.post(`/keys/${key.id}/assignments`, { equipmentId: unit.id });
    await desk.newPerson('otto', 'auditor', 'otto@nordwind.example');
    const theirs = await desk.signIn({ email: 'otto@nordwind.example', path: `/equipment/${unit.id}` });
    await line('RDNL1', theirs).waitFor();
    await theirs.getByText('administrators can change that: Ada Admin').waitFor();
    expect(await button('Add a line', theirs).count()).toBe(0);
    expect(await button(/Remove/, theirs).count()).toBe(0);
    await theirs.context().close();
  });

  it('A13: on a phone a technician scans, applies and reads the key in six steps', async () => {
    const unit = await newUnit('LAPTOP-012', { assetTag: 'IT-004217' });
    const key = await newKey('PHNE1', 5, { productName: 'Acrobat Pro' });
    await desk.newPerson('jonas', 'technician', 'jonas@nordwind.example');
    const viewport = { width: 360, height: 740 };
    const phone = await desk.signIn({ viewport, email: 'jonas@nordwind.example', path: '/equipment' });
    const begin = Date.now();
    await phone.getByRole('link', { name: 'Scan' }).click();
    // A hand scanner types the text and Enter into the field that has the focus.
    await phone.getByLabel('Serial number, asset tag or name').waitFor();
    await phone.keyboard.type('it-004217');
    await phone.keyboard.press('Enter');
    await phone.getByText('Found by Asset Tag').waitFor();
    await button('Add a line', phone).click();
    await button(/Acrobat Pro/, phone).click();
    await button('Apply •••••-PHNE1', phone).click();
    await phone.getByText('Applied to LAPTOP-012').waitFor();
    expect(await linesOn(unit.id)).toMatchObject([{ key: { id: key.id } }]);
    await inDialog('Reveal', phone).click();
    await phone.getByText('7H4RV-QW9TK-3MXP2-8DJNC-PHNE1').waitFor();
    expect(Date.now() - begin).toBeLessThan(20_000);
    expect(await desk.actionsOf(key.id)).toEqual(['key.created', 'key.applied', 'key.revealed']);
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await phone.getByRole('dialog').getByRole('link', { name: 'Scan the next unit' }).click();
    await phone.getByLabel('Serial number, asset tag or name').fill('IT-999999');
    await phone.keyboard.press('Enter');
    await phone.getByRole('link', { name: 'New unit with this asset tag' }).click();
    await expect.poll(() => phone.getByLabel('Asset Tag').inputValue()).toBe('IT-999999');
    await phone.context().close();
  });
});

function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date());
}
