import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  type Desk,
  dayAfter,
  german,
  maskOf,
  newDesk,
  type Screen,
  screenOf,
  settled,
  textOf,
  until,
  yearAfter,
} from '../harness/desk.ts';

/** The guide says ten, one by one. */
const several = inject('guideLicenses');

const geraete = 'Kundengeräte > Geräte';
const schluessel = 'Kundengeräte > Schlüsselverwaltung > Softwareschlüssel';
const protokoll = 'Kundengeräte > Schlüsselverwaltung > Prüfprotokoll';
const virenschutz = 'Virenschutz Unternehmen';
const speichern = /^Speichern Ctrl S/;

let desk: Desk;
let today: string;
/** The administrator's page and the technician's, both switched to German. */
let page: Page;
let admin: Screen;
let theirs: Page;
let tech: Screen;

beforeAll(async () => {
  desk = await newDesk();
  await desk.newPerson('Tilo Techniker', 'technician', 'tilo@nordwind.example');
  [page, theirs] = await Promise.all([desk.signIn(), desk.signIn({ email: 'tilo@nordwind.example' })]);
  [admin, tech] = [screenOf(page), screenOf(theirs)];
  for (const one of [page, theirs]) await one.getByText('Deutsch', { exact: true }).click();
  ({ today } = await desk.get('/me'));
});
afterAll(() => desk?.browser.close());

/** Opens a unit by the menu, the search and its row; then its tab with the keys. */
async function openUnit(screen: Screen, on: Page, name: string): Promise<void> {
  await screen.menu(geraete);
  await screen.search(name);
  await screen.rowCount().toBe(1);
  await screen.row(name).click();
  await screen.heading(name).waitFor();
  await screen.tab('Softwareschlüssel').click();
  await on.getByRole('heading', { name: 'Zugewiesene Software' }).waitFor();
}

async function saveNewKey(): Promise<string> {
  await admin.button(speichern).click();
  await page.waitForURL(/\/keys\/(?!new)/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

describe('the standard workflows of the guide in German', () => {
  it(`W1 auf Deutsch: ${several} neue Lizenzschlüssel sind erfasst, verfügbar und protokolliert`, async () => {
    const tails = Array.from({ length: several }, (_, i) => `ANT${String(i).padStart(2, '0')}`);
    const [first = '', ...rest] = tails;
    await admin.menu(schluessel);
    await page.getByRole('link', { name: 'Anlegen', exact: true }).first().click();
    await admin.heading('Neuer Schlüssel').waitFor();
    await admin.field('Lizenzschlüssel').fill(textOf(first));
    await admin.choose('Softwareprodukt', virenschutz, `Neues Softwareprodukt „${virenschutz}“`);
    await admin.choose('Schlüsselart', '', 'Abonnement');
    await admin.day('Gültig ab', german(today));
    await admin.day('Gültig bis', german(yearAfter(today)));
    const ids = [await saveNewKey()];
    await admin.status().toBe('Verfügbar');
    for (const tail of rest) {
      await admin.button('Duplizieren').click();
      await admin.field('Lizenzschlüssel').fill(textOf(tail));
      ids.push(await saveNewKey());
    }
    await admin.menu(schluessel);
    await admin.filter('Softwareprodukt', virenschutz);
    await admin.rowCount().toBe(several);
    expect(await admin.column('Status')).toEqual(Array(several).fill('Verfügbar'));
    expect(await admin.column('Schlüsselart')).toEqual(Array(several).fill('Abonnement'));
    expect(await admin.column('Gültig ab')).toEqual(Array(several).fill(german(today)));
    expect(await admin.column('Gültig bis')).toEqual(Array(several).fill(german(yearAfter(today))));
    expect((await admin.column('Lizenzschlüssel')).toSorted()).toEqual(tails.map((tail) => `•••••-${tail}`));
    await desk.newUnit('NOTEBOOK-1');
    await openUnit(tech, theirs, 'NOTEBOOK-1');
    await tech.button('Zeile hinzufügen').click();
    const names = tails.map((tail) => `${virenschutz} - ${maskOf(tail)}`);
    await tech.offers(virenschutz, names);
    await admin.menu(protokoll);
    await settled(() => admin.row(/Virenschutz Unternehmen.* · Angelegt durch Ada Admin/).count()).toBe(several);
    for (const id of ids) expect(await desk.actionsOf(id)).toEqual(['key.created']);
  });

  it('W2 auf Deutsch: ein Techniker weist beim Installieren einen Schlüssel zu', async () => {
    const unit = await desk.newUnit('LAPTOP-12345');
    await desk.newUnit('LAPTOP-99999');
    const tails = ['INST1', 'INST2', 'INST3'];
    const [, key] = await Promise.all(tails.map((tail) => desk.newKey(tail, 'Microsoft Office 2024')));
    if (!key) throw new Error('no second key');
    await openUnit(tech, theirs, 'LAPTOP-12345');
    await tech.button('Zeile hinzufügen').click();
    const names = tails.map((tail) => `Microsoft Office 2024 - ${maskOf(tail)}`);
    await tech.offers('Microsoft Office 2024', names);
    await theirs.getByText('Jetzt zuweisbar').waitFor();
    await theirs.getByRole('option', { name: /INST2/ }).click();
    expect(await tech.field('Zugewiesen am').inputValue()).toBe(german(today));
    await theirs.getByRole('cell', { name: 'Tilo Techniker', exact: true }).waitFor();
    await tech.field('Bemerkungen').fill('Mit Standardkonfiguration installiert');
    await tech.button(speichern).click();
    const line = tech.row('INST2');
    await line.getByText('Mit Standardkonfiguration installiert').waitFor();
    // A key is read once its seat is taken, so "Enter product key into Office installation" comes after saving.
    await line.getByRole('button', { name: 'Schlüssel von Microsoft Office 2024 anzeigen oder kopieren' }).click();
    await tech.inDialog('Anzeigen').click();
    await theirs.getByText(textOf('INST2')).waitFor();
    await tech.inDialog('Schließen').click();
    expect(await desk.linesOf(`equipmentId=${unit.id}`)).toMatchObject([
      { key: { id: key.id }, appliedOn: today, appliedBy: { name: 'Tilo Techniker' } },
    ]);
    await line.getByRole('link').first().click();
    await tech.status().toBe('Zugewiesen');
    await tech.tab('Prüfprotokoll').click();
    await theirs.getByText('Zugewiesen an Gerät „LAPTOP-12345“ durch Tilo Techniker').waitFor();
    expect(await desk.actionsOf(key.id)).toEqual(['key.created', 'key.applied', 'key.revealed']);
    await openUnit(tech, theirs, 'LAPTOP-99999');
    await tech.button('Zeile hinzufügen').click();
    const left = names.filter((name) => !name.endsWith('INST2'));
    await tech.offers('Microsoft Office 2024', left);
  });

  it('W3 auf Deutsch: ein zurückgegebenes Gerät gibt seinen Schlüssel an das Ersatzgerät weiter', async () => {
    const [old, fresh] = [await desk.newUnit('LAPTOP-20001'), await desk.newUnit('LAPTOP-20002')];
    const key = await desk.newKey('12345', 'Microsoft Office 365');
    await desk.apply(key, old, { appliedOn: '2025-01-15' });
    await openUnit(tech, theirs, 'LAPTOP-20001');
    await tech
      .row(`Microsoft Office 365 - ${maskOf('12345')}`)
      .getByText('15.01.2025')
      .waitFor();
    await tech.row('12345').getByRole('button', { name: 'Microsoft Office 365 entfernen' }).click();
    await tech.dialog().getByText('Microsoft Office 365 von LAPTOP-20001 entfernen?').waitFor();
    await tech.inDialog('Entfernen').click();
    await theirs.getByText('Auf diesem Gerät ist kein Schlüssel.').first().waitFor();
    expect(await desk.statusOf(key.id)).toBe('available');
    await openUnit(tech, theirs, 'LAPTOP-20002');
    await tech.button('Zeile hinzufügen').click();
    await tech.offers('12345', [`Microsoft Office 365 - ${maskOf('12345')}`]);
    await theirs.getByRole('option', { name: /12345/ }).click();
    await tech.button(speichern).click();
    await tech.row('12345').getByText(german(today)).waitFor();
    expect(await desk.linesOf(`equipmentId=${fresh.id}`)).toMatchObject([{ key: { id: key.id } }]);
    await tech.row('12345').getByRole('link').first().click();
    // The page of the unit has such a tab, too, and stays until that of the key is there.
    await tech.status().toBe('Zugewiesen');
    await tech.tab('Prüfprotokoll').click();
    for (const sentence of [
      'Angelegt durch Ada Admin',
      'Zugewiesen an Gerät „LAPTOP-20001“ durch Ada Admin',
      'Widerrufen von Gerät „LAPTOP-20001“ durch Tilo Techniker',
      'Zugewiesen an Gerät „LAPTOP-20002“ durch Tilo Techniker',
    ])
      await theirs.getByText(sentence).waitFor();
    expect(await desk.actionsOf(key.id)).toEqual(['key.created', 'key.applied', 'key.removed', 'key.applied']);
  });

  it(`W4 auf Deutsch: ${several} Abonnements in Gebrauch werden verlängert und bleiben zugewiesen`, async () => {
    const end = dayAfter(today, 30);
    const renewed = yearAfter(end);
    const remark = `Abonnement verlängert - läuft ab am ${german(renewed)} - Referenz: Bestellung 4711`;
    const tails = Array.from({ length: several }, (_, i) => `RNW${String(i).padStart(2, '0')}`);
    const keys = await Promise.all(
      tails.map(async (tail, i) => {
        const key = await desk.newKey(tail, 'Virenschutz Abo', until(end, dayAfter(yearAfter(end, -1), 1)));
        await desk.apply(key, await desk.newUnit(`NOTEBOOK-3000${i}`));
        return key;
      }),
    );
    const linesOfAll = () => Promise.all(keys.map(({ id }) => desk.linesOf(`keyId=${id}`)));
    const before = await linesOfAll();
    await admin.menu(schluessel);
    await page.getByRole('columnheader').getByRole('button', { name: 'Gültig bis' }).click();
    await settled(async () => (await admin.column('Gültig bis'))[0]).toBe(`${german(end)} 30 Tage`);
    expect((await admin.column('Gültig bis')).slice(0, several)).toEqual(Array(several).fill(`${german(end)} 30 Tage`));
    expect((await admin.column('Status')).slice(0, several)).toEqual(Array(several).fill('Zugewiesen'));
    for (const tail of tails) {
      await admin.row(tail).click();
      await admin.edit();
      await admin.day('Gültig bis', german(renewed));
      await admin.field('Sonstiges').fill(remark);
      await admin.button(speichern).click();
      await settled(() => admin.button(speichern).count()).toBe(0);
      await admin.status().toBe('Zugewiesen');
      if (tail === tails.at(-1)) break;
      await page.goBack();
      // It goes elsewhere in the list: a press while rows move is none of any row.
      await settled(() => admin.row(tail).filter({ hasText: '30 Tage' }).count()).toBe(0);
    }
    await admin.button('Kalenderdatei (.ics)').last().waitFor();
    await admin.menu(schluessel);
    await admin.filter('Softwareprodukt', 'Virenschutz Abo');
    await admin.rowCount().toBe(several);
    expect(await admin.column('Status')).toEqual(Array(several).fill('Zugewiesen'));
    expect(await admin.column('Gültig bis')).toEqual(Array(several).fill(german(renewed)));
    expect((await admin.column('Gerät')).toSorted()).toEqual(tails.map((_, i) => `NOTEBOOK-3000${i}`));
    expect(await linesOfAll()).toEqual(before);
    for (const { id } of keys)
      expect(await desk.get(`/keys/${id}`)).toMatchObject({ validityEnd: renewed, remarks: remark });
    await openUnit(admin, page, 'NOTEBOOK-30001');
    await admin.row('RNW01').getByText(german(renewed)).waitFor();
  });
});
