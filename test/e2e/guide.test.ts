import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
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
  yearAfter,
} from '../harness/desk.ts';

/** The paths of the guide. */
const equipment = 'Client Equipment > Equipment';
const softwareKeys = 'Client Equipment > Software Key Management > Software Keys';
const equipmentFeatures = 'Client Equipment > Software Key Management > Equipment Features';
const auditLogs = 'Client Equipment > Software Key Management > Audit Logs';

/** The guide says ten, one by one. */
const several = inject('guideLicenses');

const office = 'Microsoft Office 365 Professional';
const antivirus = 'Antivirus Software Enterprise';

let desk: Desk;
let today: string;
/** The administrator's page and the technician's. */
let page: Page;
let admin: Screen;
let theirs: Page;
let tech: Screen;

beforeAll(async () => {
  desk = await newDesk();
  await desk.newPerson('Tech User', 'technician', 'tech@nordwind.example');
  [page, theirs] = await Promise.all([desk.signIn(), desk.signIn({ email: 'tech@nordwind.example' })]);
  [admin, tech] = [screenOf(page), screenOf(theirs)];
  ({ today } = await desk.get('/me'));
});
afterAll(() => desk?.browser.close());

/** Opens a unit as the guide does: by the menu, the search and its row; then its Software Keys tab. */
async function openUnit(screen: Screen, on: Page, search: string, name = search): Promise<void> {
  await screen.menu(equipment);
  await screen.search(search);
  await screen.rowCount().toBe(1);
  await screen.row(name).click();
  await screen.heading(name).waitFor();
  await screen.tab('Software Keys').click();
  await on.getByRole('heading', { name: 'Applied Features' }).waitFor();
}

/** Opens a key from the list, found by its feature or its last characters. */
async function openKey(search: string): Promise<void> {
  await admin.menu(softwareKeys);
  await admin.search(search);
  await admin.rowCount().toBe(1);
  await admin.row(search).click();
  await page.locator('[aria-current=step]').waitFor();
}

async function fillKey(licenseKey: string, feature: string, type: string): Promise<void> {
  await admin.field('License Key').fill(licenseKey);
  await admin.choose('Feature', feature, new RegExp(`^(New feature “)?${feature}”?$`));
  await admin.choose('Key Type', '', type);
}

async function saveNewKey(): Promise<string> {
  await admin.button(/^Save Ctrl S/).click();
  await page.waitForURL(/\/keys\/(?!new)/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

describe('the standard workflows of the guide', () => {
  it(`W1: ${several} new licenses received are in the inventory, available, with one audit entry each`, async () => {
    const tails = Array.from({ length: several }, (_, i) => `ANT${String(i).padStart(2, '0')}`);
    const [first = '', ...rest] = tails;
    // Inventory entry
    await admin.menu(softwareKeys);
    await page.getByRole('link', { name: 'Create', exact: true }).first().click();
    await fillKey(textOf(first), antivirus, 'Subscription');
    await admin.day('Validity Start', english(today));
    await admin.day('Validity End', english(yearAfter(today)));
    const ids = [await saveNewKey()];
    await admin.status().toBe('Available');
    // Bulk entry
    for (const tail of rest) {
      await admin.button('Duplicate').click();
      await admin.field('License Key').fill(textOf(tail));
      ids.push(await saveNewKey());
    }
    // Verification
    await admin.menu(softwareKeys);
    await admin.filter('Feature', antivirus);
    await admin.rowCount().toBe(several);
    expect(new Set(await admin.column('Status'))).toEqual(new Set(['Available']));
    expect(new Set(await admin.column('Validity Start'))).toEqual(new Set([english(today)]));
    expect(new Set(await admin.column('Validity End'))).toEqual(new Set([english(yearAfter(today))]));
    expect((await admin.column('License Key')).toSorted()).toEqual(tails.map((tail) => `•••••-${tail}`));
    // Ready for deployment
    await desk.newUnit('LAPTOP-00001');
    await openUnit(tech, theirs, 'LAPTOP-00001');
    await tech.button('Add a line').click();
    await tech.offers(
      antivirus,
      tails.map((tail) => `${antivirus} - ${maskOf(tail)}`),
    );
    for (const id of ids) expect(await desk.sentencesOf(id)).toEqual(['Created by Ada Admin']);
  });

  it('W2: installing on a unit: the technician applies an Office key, which is then taken and recorded', async () => {
    // Equipment preparation: the record exists already.
    const unit = await desk.newUnit('Laptop of the front desk', { serialNumber: 'LAPTOP-12345' });
    await desk.newUnit('LAPTOP-99999');
    const tails = ['INST1', 'INST2', 'INST3'];
    const [, key] = await Promise.all(tails.map((tail) => desk.newKey(tail, 'Microsoft Office 2024')));
    if (!key) throw new Error('no second key');
    // Software installation
    await openUnit(tech, theirs, 'LAPTOP-12345', 'Laptop of the front desk');
    // Key assignment
    await tech.button('Add a line').click();
    const names = tails.map((tail) => `Microsoft Office 2024 - ${maskOf(tail)}`);
    await tech.offers('Microsoft Office 2024', names);
    await theirs.getByRole('option', { name: /INST2/ }).click();
    // System updates
    expect(await tech.field('Applied Date').inputValue()).toBe(english(today));
    await theirs.getByRole('cell', { name: 'Tech User', exact: true }).waitFor();
    await tech.field('Remarks').fill('Installed with standard configuration');
    await tech.button(/^Save Ctrl S/).click();
    const line = tech.row('INST2');
    await line.getByText('Installed with standard configuration').waitFor();
    // "Enter product key into Office installation": a key is read once its seat is taken, so this comes after saving.
    await line.getByRole('button', { name: 'Reveal or copy the key of Microsoft Office 2024' }).click();
    await tech.inDialog('Reveal').click();
    await theirs.getByText(textOf('INST2')).waitFor();
    await tech.inDialog('Close').click();
    // Automatic processing
    expect(await desk.statusOf(key.id)).toBe('applied');
    expect(await desk.linesOf(`equipmentId=${unit.id}`)).toMatchObject([
      {
        key: { id: key.id },
        appliedOn: today,
        appliedBy: { name: 'Tech User' },
        remarks: 'Installed with standard configuration',
      },
    ]);
    expect(await desk.sentencesOf(key.id)).toContain(
      'Applied to Equipment "Laptop of the front desk" (LAPTOP-12345) by Tech User',
    );
    await openUnit(tech, theirs, 'LAPTOP-99999');
    await tech.button('Add a line').click();
    const left = names.filter((name) => !name.endsWith('INST2'));
    await tech.offers('Microsoft Office 2024', left);
  });

  it('W3: a returned unit gives its key back, which goes on the replacement with its whole history', async () => {
    const [old, fresh] = [await desk.newUnit('LAPTOP-20001'), await desk.newUnit('LAPTOP-20002')];
    const key = await desk.newKey('12345', 'Microsoft Office 365');
    await desk.apply(key, old, { appliedOn: '2025-01-15' });
    // Key identification
    await openUnit(tech, theirs, 'LAPTOP-20001');
    await tech
      .row(`Microsoft Office 365 - ${maskOf('12345')}`)
      .getByText('15 Jan 2025')
      .waitFor();
    // Key removal
    await tech.row('12345').getByRole('button', { name: 'Remove Microsoft Office 365' }).click();
    await tech.inDialog('Remove').click();
    // Automatic system updates
    await theirs.getByText('No key is on this unit.').first().waitFor();
    expect(await desk.linesOf(`equipmentId=${old.id}`)).toEqual([]);
    expect(await desk.statusOf(key.id)).toBe('available');
    // Key reuse
    await openUnit(tech, theirs, 'LAPTOP-20002');
    await tech.button('Add a line').click();
    await tech.offers('12345', [`Microsoft Office 365 - ${maskOf('12345')}`]);
    await theirs.getByRole('option', { name: /12345/ }).click();
    await tech.button(/^Save Ctrl S/).click();
    await tech.row('12345').getByText(english(today)).waitFor();
    expect(await desk.linesOf(`equipmentId=${fresh.id}`)).toMatchObject([{ key: { id: key.id } }]);
    await tech.row('12345').getByRole('link').first().click();
    // The page of the unit has such a tab, too, and stays until that of the key is there.
    await tech.status().toBe('Applied');
    await tech.tab('Audit Logs').click();
    const trail = [
      'Created by Ada Admin',
      'Applied to Equipment "LAPTOP-20001" by Ada Admin',
      'Revoked from Equipment "LAPTOP-20001" by Tech User',
      'Applied to Equipment "LAPTOP-20002" by Tech User',
    ];
    for (const sentence of trail) await theirs.getByText(sentence).waitFor();
    expect(await desk.sentencesOf(key.id)).toEqual(trail);
  });

  it(`W4: ${several} keys in use are renewed: they stay applied to the same units and end a year later`, async () => {
    const end = dayAfter(today, 30);
    const renewed = yearAfter(end);
    const tails = Array.from({ length: several }, (_, i) => `RNW${String(i).padStart(2, '0')}`);
    const keys = await Promise.all(
      tails.map(async (tail, i) => {
        const key = await desk.newKey(tail, 'Antivirus Renewable', until(end, dayAfter(yearAfter(end, -1), 1)));
        await desk.apply(key, await desk.newUnit(`LAPTOP-3000${i}`));
        return key;
      }),
    );
    const assignmentsOf = () => Promise.all(keys.map(({ id }) => desk.linesOf(`keyId=${id}`)));
    const before = await assignmentsOf();
    // Expiration monitoring
    await admin.menu(softwareKeys);
    await page.getByRole('columnheader').getByRole('button', { name: 'Validity End' }).click();
    await settled(async () => (await admin.column('Validity End'))[0]).toBe(`${english(end)} in 30 days`);
    const ends = (await admin.column('Validity End')).slice(0, several + 1);
    expect(ends.filter((text) => text.endsWith('in 30 days'))).toEqual(ends.slice(0, several));
    expect((await admin.column('Status')).slice(0, several)).toEqual(Array(several).fill('Applied'));
    // Key record updates
    for (const tail of tails) {
      await admin.row(tail).click();
      await admin.edit();
      await admin.day('Validity End', english(renewed));
      await admin.field('Other').fill(`Renewed subscription - expires ${english(renewed)} - Reference: PO 4711`);
      await admin.button(/^Save Ctrl S/).click();
      await settled(() => admin.button(/^Save Ctrl S/).count()).toBe(0);
      await admin.status().toBe('Applied');
      if (tail === tails.at(-1)) break;
      await page.goBack();
      // It goes elsewhere in the list: a press while rows move is none of any row.
      await settled(() => admin.row(tail).filter({ hasText: 'in 30 days' }).count()).toBe(0);
    }
    // Documentation: "Set reminder for next year's renewal" is offered once the end is saved.
    const download = page.waitForEvent('download');
    await admin.button('Calendar file (.ics)').last().click();
    const calendar = await readFile(await (await download).path(), 'utf8');
    expect(calendar).toContain(`DTSTART;VALUE=DATE:${renewed.replaceAll('-', '')}\r\n`);
    expect(calendar).toContain('BEGIN:VALARM');
    // Verification
    await admin.menu(softwareKeys);
    await admin.filter('Feature', 'Antivirus Renewable');
    await admin.rowCount().toBe(several);
    expect(await admin.column('Status')).toEqual(Array(several).fill('Applied'));
    expect(await admin.column('Validity End')).toEqual(Array(several).fill(english(renewed)));
    expect((await admin.column('Equipment')).toSorted()).toEqual(tails.map((_, i) => `LAPTOP-3000${i}`));
    expect(await assignmentsOf()).toEqual(before);
    for (const { id } of keys)
      expect(await desk.get(`/keys/${id}`)).toMatchObject({
        validityEnd: renewed,
        remarks: `Renewed subscription - expires ${english(renewed)} - Reference: PO 4711`,
      });
    await openUnit(admin, page, 'LAPTOP-30001');
    await admin.row('RNW01').getByText(english(renewed)).waitFor();
  });
});

describe('the processes of the guide', () => {
  it('G1: creating a software key: it is Available without anyone saying so, and recorded', async () => {
    await admin.menu(softwareKeys);
    await page.getByRole('link', { name: 'Create', exact: true }).first().click();
    await fillKey(textOf('CREAT'), office, 'Subscription');
    await admin.day('Validity Start', english(today));
    await admin.day('Validity End', english(yearAfter(today)));
    const id = await saveNewKey();
    await admin.status().toBe('Available');
    expect(await desk.get(`/keys/${id}`)).toMatchObject({
      product: { name: office },
      keyType: 'subscription',
      status: 'available',
      validityStart: today,
      validityEnd: yearAfter(today),
    });
    // "Once a software key is created, the license key field cannot be modified."
    await page.getByText(maskOf('CREAT')).waitFor();
    expect(await admin.field('License Key').count()).toBe(0);
    await admin.tab('Audit Logs').click();
    await page.getByText('Created by Ada Admin').waitFor();
  });

  it('G2: duplicating: only the license key is typed for each further license', async () => {
    await desk.newKey('DUPL1', 'Duplicate Suite', {
      ...until(yearAfter(today), today),
      code: 'DUPL',
      remarks: 'PO 77',
    });
    await openKey('DUPL1');
    for (const tail of ['DUPL2', 'DUPL3']) {
      await admin.button('Duplicate').click();
      await admin.field('License Key').fill(textOf(tail));
      const key = await desk.get(`/keys/${await saveNewKey()}`);
      expect(key).toMatchObject({
        status: 'available',
        validityStart: today,
        validityEnd: yearAfter(today),
        code: 'DUPL',
        remarks: 'PO 77',
        maskedKey: maskOf(tail),
      });
    }
  });

  it('G3: applying keys: one laptop receives three products, each on a line of its own', async () => {
    const unit = await desk.newUnit('LAPTOP-00042');
    const products = ['Office Three', 'Antivirus Three', 'Acrobat Three'];
    const keys = await Promise.all(products.map((product, i) => desk.newKey(`MANY${i}`, product)));
    await openUnit(tech, theirs, 'LAPTOP-00042');
    for (const [i, product] of products.entries()) {
      await tech.button('Add a line').click();
      await tech.offers(product, [`${product} - ${maskOf(`MANY${i}`)}`]);
      await theirs.getByRole('option', { name: product }).click();
      if (i === 0) await tech.day('Applied Date', english(dayAfter(today, -1)));
      await theirs.getByRole('cell', { name: 'Tech User', exact: true }).last().waitFor();
      await tech.field('Remarks').fill(`Step ${i + 1}`);
      await tech.button(/^Save Ctrl S/).click();
      await tech
        .row(product)
        .getByText(`Step ${i + 1}`)
        .waitFor();
    }
    await tech.rowCount().toBe(3);
    const lines = await desk.linesOf(`equipmentId=${unit.id}&sort=remarks`);
    expect(lines.map(({ appliedOn }: { appliedOn: string }) => appliedOn)).toEqual([dayAfter(today, -1), today, today]);
    for (const { id } of keys) {
      expect(await desk.statusOf(id)).toBe('applied');
      expect(await desk.actionsOf(id)).toEqual(['key.created', 'key.applied']);
    }
  });

  it('G4: checking equipment software: a unit found by serial, asset tag or customer says what is on it', async () => {
    const customer = await desk.post('/customers', { name: 'Kanzlei Schaefer' });
    const unit = await desk.newUnit('Reception', {
      serialNumber: '5CG4210XJ7',
      assetTag: 'IT-004217',
      customerId: customer.id,
    });
    await desk.apply(await desk.newKey('CHECK', 'Office Checked', { customerId: customer.id }), unit, {
      appliedOn: dayAfter(today, -7),
      remarks: 'Ticket 7',
    });
    for (const search of ['5CG4210XJ7', 'IT-004217', 'Kanzlei Schaefer']) {
      await openUnit(tech, theirs, search, 'Reception');
      expect(await tech.column('Software Key')).toEqual([`Office Checked - ${maskOf('CHECK')}`]);
      expect(await tech.column('Applied Date')).toEqual([english(dayAfter(today, -7))]);
      expect(await tech.column('Applied By')).toEqual(['Ada Admin']);
      expect(await tech.column('Remarks')).toEqual(['Ticket 7']);
    }
    // The same over all equipment: the Equipment Features list.
    await tech.menu(equipmentFeatures);
    await tech.search('CHECK');
    await tech.rowCount().toBe(1);
    expect(await tech.column('License Key')).toEqual(['•••••-CHECK']);
    expect(await tech.column('Equipment')).toEqual(['Reception']);
    expect(await tech.column('Applied Date')).toEqual([english(dayAfter(today, -7))]);
    expect(await tech.column('Applied By')).toEqual(['Ada Admin']);
    expect(await tech.column('Remarks')).toEqual(['Ticket 7']);
  });

  it('G5: removing: the trash on the line gives the key back and is recorded', async () => {
    const unit = await desk.newUnit('LAPTOP-00005');
    const key = await desk.newKey('TRASH', 'Office Removed');
    await desk.apply(key, unit);
    await openUnit(tech, theirs, 'LAPTOP-00005');
    await tech.row('TRASH').getByRole('button', { name: 'Remove Office Removed' }).click();
    await tech.dialog().getByText('Remove Office Removed from LAPTOP-00005?').waitFor();
    expect(await desk.statusOf(key.id)).toBe('applied');
    await tech.inDialog('Remove').click();
    await theirs.getByText('No key is on this unit.').first().waitFor();
    expect(await desk.statusOf(key.id)).toBe('available');
    expect((await desk.sentencesOf(key.id)).at(-1)).toBe('Revoked from Equipment "LAPTOP-00005" by Tech User');
    await tech.button('Add a line').click();
    await tech.offers('TRASH', [`Office Removed - ${maskOf('TRASH')}`]);
  });

  it('G6: viewing the log: from the key, and from the menu by key, equipment, action, user and date', async () => {
    const unit = await desk.newUnit('LAPTOP-00006');
    const key = await desk.newKey('LOGGD', 'Office Logged');
    await desk.apply(key, unit);
    await openKey('LOGGD');
    await admin.tab('Audit Logs').click();
    const applied = admin.row('Applied to Equipment "LAPTOP-00006" by Ada Admin');
    await applied.getByText(/^\d\d:\d\d$/).waitFor();
    await applied.getByText('Applied', { exact: true }).waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: longDay(today) })
      .waitFor();

    await admin.menu(auditLogs);
    await admin.button('Software Key').click();
    await admin.choose('Software Key', 'LOGGD', /LOGGD/);
    await expectEntries(['Applied to Equipment "LAPTOP-00006" by Ada Admin', 'Created by Ada Admin']);
    await admin.button('Remove the filter Software Key').click();
    await admin.button('Equipment').click();
    await admin.choose('Equipment', 'LAPTOP-00006', 'LAPTOP-00006');
    await expectEntries([
      'Applied to Equipment "LAPTOP-00006" by Ada Admin',
      'Equipment "LAPTOP-00006" created by Ada Admin',
    ]);
    await admin.button('Action').click();
    await page.getByLabel('Applied', { exact: true }).click();
    await page.keyboard.press('Escape');
    await expectEntries(['Applied to Equipment "LAPTOP-00006" by Ada Admin']);
    await admin.button('User').click();
    await admin.choose('User', 'Tech', 'Tech User');
    await page.getByText(/there are \d+ entries/).waitFor();
    await admin.button('Remove the filter User').click();
    await admin.button('Date').click();
    await admin.day('From', english(today));
    await page.keyboard.press('Escape');
    await expectEntries(['Applied to Equipment "LAPTOP-00006" by Ada Admin']);
    await admin.button('Remove the filter Date').click();
    await admin.button('Date').click();
    await admin.day('Until', english(dayAfter(today, -1)));
    await page.getByText(/there are \d+ entries/).waitFor();
  });

  it('G7: revoking: a duplicate purchase is taken off its unit, revoked, recorded and never offered again', async () => {
    const unit = await desk.newUnit('LAPTOP-00007');
    const key = await desk.newKey('TWICE', 'Office Twice');
    await desk.apply(key, unit);
    await openKey('TWICE');
    await admin.tab('Equipment Features').click();
    await admin.row('LAPTOP-00007').getByRole('button', { name: 'Remove from LAPTOP-00007' }).click();
    await admin.inDialog('Remove').click();
    await admin.status().toBe('Available');
    // Steps 4 and 5, "Change Status field to Revoked" and save, are the action Revoke.
    await admin.button('Revoke').click();
    await admin.dialog().getByLabel('Reason').fill('Bought twice');
    await admin.inDialog('Revoke').click();
    await admin.status().toBe('Revoked');
    expect(await desk.statusOf(key.id)).toBe('revoked');
    expect(await desk.sentencesOf(key.id)).toEqual([
      'Created by Ada Admin',
      'Applied to Equipment "LAPTOP-00007" by Ada Admin',
      'Revoked from Equipment "LAPTOP-00007" by Ada Admin',
      'Revoked by Ada Admin: Bought twice',
    ]);
    await openUnit(tech, theirs, 'LAPTOP-00007');
    await tech.button('Add a line').click();
    await tech.offers('TWICE', []);
    await theirs.getByRole('option', { name: /TWICE/ }).getByText('Revoked: choose another key.').waitFor();
  });

  it('G8: renewing an expired key: with its new end it is Available again', async () => {
    const end = dayAfter(today, -5);
    const key = await desk.newKey('LAPSE', 'Antivirus Lapsed', until(end, yearAfter(end, -1)));
    await openKey('Antivirus Lapsed');
    await admin.status().toBe('Expired');
    await admin.edit();
    await admin.day('Validity End', english(yearAfter(end)));
    await admin.field('Other').fill('Renewed by phone, PO 4712');
    await admin.button(/^Save Ctrl S/).click();
    // Step 4, "change to Available or Applied as appropriate": the status follows from the end.
    await admin.status().toBe('Available');
    expect(await desk.get(`/keys/${key.id}`)).toMatchObject({
      status: 'available',
      validityEnd: yearAfter(end),
      remarks: 'Renewed by phone, PO 4712',
    });
  });

  it('G9, K9: replacing: the old key is revoked, the new one is on the unit, each with a trail of its own', async () => {
    const unit = await desk.newUnit('LAPTOP-00009');
    const old = await desk.newKey('LOST1', 'Office Replaced');
    await desk.apply(old, unit);
    await openKey('LOST1');
    await admin.tab('Equipment Features').click();
    await admin.row('LAPTOP-00009').getByRole('button', { name: 'Remove from LAPTOP-00009' }).click();
    await admin.inDialog('Remove').click();
    await admin.status().toBe('Available');
    // "Change old key status to Revoked" is the action Revoke.
    await admin.button('Revoke').click();
    await admin.dialog().getByLabel('Reason').fill('Lost');
    await admin.inDialog('Revoke').click();
    await admin.status().toBe('Revoked');
    await admin.menu(softwareKeys);
    await page.getByRole('link', { name: 'Create', exact: true }).first().click();
    await fillKey(textOf('LOST2'), 'Office Replaced', 'Permanent');
    const id = await saveNewKey();
    await openUnit(admin, page, 'LAPTOP-00009');
    await admin.button('Add a line').click();
    await admin.offers('Office Replaced', [`Office Replaced - ${maskOf('LOST2')}`]);
    await page.getByRole('option', { name: /LOST2/ }).click();
    await admin.button(/^Save Ctrl S/).click();
    await admin.row('LOST2').getByText(english(today)).waitFor();
    expect(await desk.actionsOf(old.id)).toEqual(['key.created', 'key.applied', 'key.removed', 'key.revoked']);
    expect(await desk.actionsOf(id)).toEqual(['key.created', 'key.applied']);
    expect(await desk.linesOf(`equipmentId=${unit.id}`)).toMatchObject([{ key: { id } }]);
  });
});

/** The sentences of the open log, in its order. */
async function expectEntries(sentences: string[]): Promise<void> {
  const rows = page.locator('tbody tr').filter({ has: page.locator('td') });
  await settled(() => rows.count()).toBe(sentences.length);
  for (const [i, sentence] of sentences.entries()) expect(await rows.nth(i).textContent()).toContain(sentence);
}

function longDay(day: string): string {
  const format = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(new Date(day));
}
