import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Desk,
  dayAfter,
  english,
  maskOf,
  newDesk,
  type Screen,
  screenOf,
  settled,
  textOf,
  until,
} from '../harness/desk.ts';
import { ask } from '../harness/process.ts';

const equipment = 'Client Equipment > Equipment';
const softwareKeys = 'Client Equipment > Software Key Management > Software Keys';
const equipmentFeatures = 'Client Equipment > Software Key Management > Equipment Features';
const auditLogs = 'Client Equipment > Software Key Management > Audit Logs';

let desk: Desk;
let today: string;
let page: Page;
let admin: Screen;

beforeAll(async () => {
  desk = await newDesk();
  page = await desk.signIn();
  admin = screenOf(page);
  ({ today } = await desk.get('/me'));
});
afterAll(() => desk?.browser.close());

async function find(search: string): Promise<void> {
  await admin.menu(softwareKeys);
  await admin.search(search);
}

async function openKey(search: string): Promise<void> {
  await find(search);
  await admin.rowCount().toBe(1);
  await admin.row(search).click();
  await page.locator('[aria-current=step]').waitFor();
}

async function openUnit(name: string, screen = admin): Promise<void> {
  await screen.menu(equipment);
  await screen.search(name);
  await screen.rowCount().toBe(1);
  await screen.row(name).click();
  await screen.heading(name).waitFor();
}

describe('the troubleshooting cases of the guide', () => {
  it('T1: a duplicate license key is refused; the search finds the record that has it and its status', async () => {
    await desk.newKey('TWICE', 'Office First');
    await desk.apply(await desk.newKey('INUSE', 'Office First'), await desk.newUnit('LAPTOP-1'));
    await admin.menu(softwareKeys);
    await page.getByRole('link', { name: 'Create', exact: true }).first().click();
    await admin.field('License Key').fill(textOf('TWICE'));
    await admin.choose('Feature', 'Office First', 'Office First');
    await admin.choose('Key Type', '', 'Permanent');
    await admin.button(/^Save Ctrl S/).click();
    await page.getByText('The license key must be unique!').first().waitFor();
    expect((await desk.get('/keys?q=TWICE')).total).toBe(1);
    await admin.button('Discard').click();
    // Search for the license code; the list says where the key stands.
    await find(textOf('TWICE'));
    await admin.rowCount().toBe(1);
    expect(await admin.column('Status')).toEqual(['Available']);
    await find(textOf('INUSE'));
    await settled(() => admin.column('Status')).toEqual(['Applied']);
    expect(await admin.column('Equipment')).toEqual(['LAPTOP-1']);
    // To replace it, revoke it first (what holds it is removed in the same step), then create the new record.
    await admin.row('INUSE').click();
    await admin.button('Revoke').click();
    await admin.dialog().getByLabel('Reason').fill('Replaced');
    await admin.inDialog('Remove and revoke').click();
    await admin.status().toBe('Revoked');
    await admin.menu(softwareKeys);
    await page.getByRole('link', { name: 'Create', exact: true }).first().click();
    await admin.field('License Key').fill(textOf('OTHER'));
    await admin.choose('Feature', 'Office First', 'Office First');
    await admin.choose('Key Type', '', 'Permanent');
    await admin.button(/^Save Ctrl S/).click();
    await page.getByText(maskOf('OTHER')).waitFor();
    await admin.status().toBe('Available');
  });

  it('T2: a key that is missing in the dropdown says in the list and in the dropdown why', async () => {
    const product = 'Office Missing';
    const holder = await desk.newUnit('LAPTOP-2A');
    await desk.newUnit('LAPTOP-2B');
    await desk.newKey('MFREE', product);
    await desk.apply(await desk.newKey('MTAKN', product), holder);
    const { id } = await desk.newKey('MREVK', product);
    await desk.post(`/keys/${id}/revocation`, { reason: 'Refunded' });
    const end = dayAfter(today, -1);
    await desk.newKey('MOVER', product, until(end, dayAfter(end, -30)));
    // By feature name, then each by its license code.
    await find(product);
    await admin.rowCount().toBe(4);
    const cases = [
      ['MFREE', 'Available'],
      ['MTAKN', 'Applied'],
      ['MOVER', 'Expired'],
      ['MREVK', 'Revoked'],
    ] as const;
    for (const [tail, status] of cases) await admin.row(tail).getByText(status, { exact: true }).first().waitFor();
    for (const [tail, status] of cases) {
      await find(textOf(tail));
      await settled(() => admin.column('License Key')).toEqual([`•••••-${tail}`]);
      expect(await admin.column('Status')).toEqual([status]);
    }
    // Only keys with status "Available" appear in the equipment dropdown.
    await openUnit('LAPTOP-2B');
    await admin.button('Add a line').click();
    await admin.offers(product, [`${product} - ${maskOf('MFREE')}`]);
    const blocked = (tail: string) => page.locator('[role=option][aria-disabled]').filter({ hasText: tail });
    expect(await blocked('MTAKN').textContent()).toContain('Applied to LAPTOP-2A: remove it there first.');
    expect(await blocked('MOVER').textContent()).toContain(`Expired on ${english(end)}: renew it`);
    expect(await blocked('MREVK').textContent()).toContain('Revoked: choose another key.');
  });

  it('T3: who cannot remove an assignment is told why and whom to ask; an administrator can', async () => {
    const unit = await desk.newUnit('LAPTOP-3');
    const key = await desk.newKey('STUCK', 'Office Stuck');
    await desk.apply(key, unit);
    await desk.newPerson('Otto Prüfer', 'auditor', 'otto@nordwind.example');
    const theirs = await desk.signIn({ email: 'otto@nordwind.example' });
    const auditor = screenOf(theirs);
    await openUnit('LAPTOP-3', auditor);
    await auditor.row('STUCK').waitFor();
    expect(await auditor.button(/^Remove/).count()).toBe(0);
    // "Ensure equipment record is in edit mode (click Edit button if needed)"
    const edit = auditor.button('Edit');
    expect(await edit.getAttribute('aria-disabled')).toBe('true');
    await edit.hover();
    await theirs.getByText('Your role does not allow changes. Ask an administrator.').waitFor();
    // "contact administrator to verify user permissions"
    await theirs.getByText('These administrators can change that: Ada Admin.').waitFor();
    await theirs.context().close();
    await admin.menu('Settings');
    await admin.tab('Users').click();
    await page.getByRole('row').filter({ hasText: 'Otto Prüfer' }).getByText('Auditor').waitFor();
    // "Administrator users can always remove equipment feature assignments"
    await openUnit('LAPTOP-3');
    await admin.row('STUCK').getByRole('button', { name: 'Remove Office Stuck' }).click();
    await admin.inDialog('Remove').click();
    await page.getByText('No key is on this unit.').first().waitFor();
    expect(await desk.statusOf(key.id)).toBe('available');
  });

  it('T4: a key that reads Applied without an assignment is found by the check and mended', async () => {
    const key = await desk.newKey('GHOST', 'Office Ghost');
    // No interface does this: the row is damaged in the database itself.
    const db = new SqliteFile(join(desk.installation.env.DATA_DIR ?? '', 'keybook.db'));
    db.prepare('update key set seats_taken = 1 where id = ?').run(key.id);
    db.close();
    await openKey('GHOST');
    await admin.status().toBe('Applied');
    await admin.tab('Equipment Features').click();
    await page.getByText('Not applied so far.').waitFor();
    await admin.menu(equipmentFeatures);
    await admin.search('GHOST');
    await page.getByText('Nothing fits this search and these filters.').waitFor();
    // "manually change key status back to Available" is the consistency check, which makes it true.
    await admin.menu('Settings');
    await admin.tab('Jobs').click();
    await admin.button('Check now').click();
    await page.getByText('The seats of a key are counted wrong.').waitFor();
    await admin.button('Mend').click();
    await settled(() => desk.statusOf(key.id)).toBe('available');
    await openKey('GHOST');
    await admin.status().toBe('Available');
    expect(await desk.sentencesOf(key.id)).toEqual(['Created by Ada Admin', 'Mended by Ada Admin']);
  });

  it('T5: a key past its end reads Expired and cannot be applied before any job; the job then records it', async () => {
    const end = dayAfter(today, -3);
    const key = await desk.newKey('PASSD', 'Office Passed', until(end, dayAfter(end, -30)));
    await desk.newUnit('LAPTOP-5');
    await find('PASSD');
    await settled(() => admin.column('Status')).toEqual(['Expired']);
    await openUnit('LAPTOP-5');
    await admin.button('Add a line').click();
    await admin.offers('PASSD', []);
    // "For immediate update, manually change key status to Expired" is running the expiry job now.
    await admin.menu('Settings');
    await admin.tab('Jobs').click();
    await admin.button('Run now').click();
    await page.getByText('The expiry job has run.').waitFor();
    expect(await desk.sentencesOf(key.id)).toEqual(['Created by Ada Admin', 'Expired by System']);
    await openKey('PASSD');
    await admin.tab('Audit Logs').click();
    await page.getByText('Expired by System').waitFor();
    // "verify scheduled actions are running"
    await page.getByRole('navigation', { name: 'Navigation' }).getByRole('link', { name: 'Home' }).click();
    await page.getByText(`expiry ran ${english(today)}`).waitFor();
  });

  it('T6: a key on two units is traced in its log, taken off the wrong one, and stays on one', async () => {
    const [right, wrong] = [await desk.newUnit('LAPTOP-6A'), await desk.newUnit('LAPTOP-6B')];
    const key = await desk.newKey('SHARE', 'Office Shared');
    await desk.apply(key, right);
    // "This should not occur through normal system operation"
    const body = { equipmentId: wrong.id };
    const again = () => ask(desk.installation, 'POST', `/keys/${key.id}/assignments`, body);
    expect((await again()).status).toBe(409);
    // Nobody types a status: what makes room for a second unit is a second seat.
    await ask(desk.installation, 'PATCH', `/keys/${key.id}`, { seats: 2 });
    expect((await again()).status).toBe(201);
    // Review the audit logs: who made it possible, and when it was applied.
    await openKey('SHARE');
    await admin.tab('Audit Logs').click();
    for (const name of ['LAPTOP-6A', 'LAPTOP-6B'])
      await page.getByText(`Applied to Equipment "${name}" by Ada Admin`).waitFor();
    await admin.row('Changed').click();
    await page.locator('dl').filter({ hasText: 'Seats' }).getByText('2', { exact: true }).waitFor();
    // Remove the incorrect assignment
    await admin.tab('Equipment Features').click();
    await admin.row('LAPTOP-6B').getByRole('button', { name: 'Remove from LAPTOP-6B' }).click();
    await admin.inDialog('Remove').click();
    await page.getByText('Office Shared removed from LAPTOP-6B').waitFor();
    await admin.edit();
    await admin.field('Seats').fill('1');
    await admin.button(/^Save Ctrl S/).click();
    await admin.status().toBe('Applied');
    // Verify new assignments
    expect((await again()).status).toBe(409);
    expect(await desk.linesOf(`keyId=${key.id}`)).toMatchObject([{ equipment: { name: 'LAPTOP-6A' } }]);
    await openUnit('LAPTOP-6B');
    await admin.button('Add a line').click();
    await admin.offers('SHARE', []);
    await page
      .getByRole('option', { name: /SHARE/ })
      .getByText('Applied to LAPTOP-6A: remove it there first.')
      .waitFor();
  });

  it('T7: an entry that is missing shows without the filters, or the log says what limits the view', async () => {
    const key = await desk.newKey('TRACE', 'Office Traced');
    await desk.apply(key, await desk.newUnit('LAPTOP-7A'));
    // An operation that failed has no entry.
    const other = await desk.newUnit('LAPTOP-7B');
    const failed = await ask(desk.installation, 'POST', `/keys/${key.id}/assignments`, { equipmentId: other.id });
    expect(failed.status).toBe(409);
    await admin.menu(auditLogs);
    await page.getByText('Nobody can write, change or delete entries.').waitFor();
    await admin.button('Equipment').click();
    await admin.choose('Equipment', 'LAPTOP-7A', 'LAPTOP-7A');
    await admin.button('Action').click();
    await page.getByLabel('Expired', { exact: true }).click();
    await page.keyboard.press('Escape');
    const { totalUnfiltered } = await desk.get('/audit?limit=1');
    await page.getByText(`there are ${totalUnfiltered} entries`).waitFor();
    await admin.button('Clear search and filters').click();
    await admin.row('Applied to Equipment "LAPTOP-7A" by Ada Admin').waitFor();
    expect(await desk.actionsOf(key.id)).toEqual(['key.created', 'key.applied']);
    // "Verify user permissions allow viewing audit logs"
    await desk.post('/customers', { name: 'Kanzlei Weber' });
    await desk.newPerson('Eva Extern', 'technician', 'eva@nordwind.example', '--customers', 'Kanzlei Weber');
    const theirs = await desk.signIn({ email: 'eva@nordwind.example' });
    const limited = screenOf(theirs);
    await limited.menu(auditLogs);
    await theirs.getByText('You see the entries of your customers only.').waitFor();
    expect(await limited.row('LAPTOP-7A').count()).toBe(0);
    await theirs.context().close();
  });

  it('T8: an applied key cannot be deleted; freed it can be revoked instead, or deleted with its log', async () => {
    const [kept, gone] = [await desk.newKey('KEEP8', 'Office Kept'), await desk.newKey('GONE8', 'Office Gone')];
    const unit = await desk.newUnit('LAPTOP-8');
    const openDeletion = async () => {
      await admin.button('More actions').click();
      return page.getByRole('menuitem', { name: 'Delete' });
    };
    for (const [key, tail] of [
      [kept, 'KEEP8'],
      [gone, 'GONE8'],
    ] as const) {
      await desk.apply(key, unit);
      await openKey(tail);
      const deletion = await openDeletion();
      expect(await deletion.getAttribute('aria-disabled')).toBe('true');
      await deletion.getByText('Applied to LAPTOP-8: remove it there first.').waitFor();
      await page.keyboard.press('Escape');
      await admin.tab('Equipment Features').click();
      await admin.row('LAPTOP-8').getByRole('button', { name: 'Remove from LAPTOP-8' }).click();
      await admin.inDialog('Remove').click();
      await admin.status().toBe('Available');
      await (await openDeletion()).click();
      await admin.dialog().getByText('The readable content of its audit entries goes with it.').waitFor();
      if (key === gone) {
        await admin.inDialog('Delete').click();
        await page.waitForURL(/\/keys$/);
        continue;
      }
      await admin.inDialog('Revoke instead').click();
      await admin.dialog().getByLabel('Reason').fill('Not needed any more');
      await admin.inDialog('Revoke').click();
      await admin.status().toBe('Revoked');
    }
    // Revoked, it stays to be read; deleted, only that it was deleted does.
    expect(await desk.sentencesOf(kept.id)).toContain('Revoked by Ada Admin: Not needed any more');
    expect((await ask(desk.installation, 'GET', `/keys/${gone.id}`)).status).toBe(404);
    const [entry] = (await desk.get('/audit?action=key.deleted&limit=1')).items;
    expect(entry).toMatchObject({ keyId: gone.id, actor: { name: 'Ada Admin' } });
    await admin.menu(auditLogs);
    await page.getByText('Deleted by Ada Admin').first().waitFor();
  });
});
