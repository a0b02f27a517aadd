import { describe, expect, it } from 'vitest';
import { addCustomer, freshLicenseKey } from '../harness/arrange.ts';
import { everythingStored, upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const csv = (...lines: string[]): string => `${lines.join('\n')}\n`;

describe.each(engines)('a list of software on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const send = (content: string, more: Record<string, string> = {}) =>
    upload(admin, content, { kind: 'software', ...more });
  const listed = async (path: string) => (await admin('GET', path)).body.items;

  it('F8: one row is what was bought, its key, whose it is, and who and what has it', async () => {
    const key = freshLicenseKey();
    const file = csv(
      'Kunde;Gerät;Benutzer;Hersteller;Produkt;Lizenzschlüssel;Anzahl;Kaufdatum;Gültig bis;Preis;Rechnungsnr.;Lieferant;Kostenstelle;Bemerkung',
      `Praxis Ahorn;PC-001;Anna Berg;Tintenwerk GmbH;Tintenwerk 2024;${key};5;12.03.2025;11.03.2027;89,90 €;RE-2025-0113;Softhaus;4711;Server`,
    );
    const refused = await send(file, { dryRun: 'true' });
    expect(refused.body).toMatchObject({
      status: 'refused',
      errors: [{ line: 2, column: 'Gerät', code: 'not_made' }],
      alsoCreates: [
        { kind: 'customers', name: 'Praxis Ahorn', line: 2, isAllowed: true },
        { kind: 'products', name: 'Tintenwerk 2024', isAllowed: true },
        { kind: 'equipment', name: 'PC-001', customer: 'Praxis Ahorn', isAllowed: false },
      ],
    });
    const done = await send(file, { create: 'customers,products,equipment' });
    expect(done.body).toMatchObject({
      status: 'done',
      created: { customer: 1, product: 1, license: 1, key: 1, equipment: 1, assignment: 1 },
    });
    const [made] = await listed('/keys?product=Tintenwerk%202024');
    expect(made).toMatchObject({
      customer: { name: 'Praxis Ahorn' },
      keyType: 'subscription',
      validityEnd: '2027-03-11',
      purchaseDate: '2025-03-12',
      seats: 5,
      seatsTaken: 1,
      userName: 'Anna Berg',
      remarks: 'Server',
    });
    const [license] = await listed('/licenses?product=Tintenwerk%202024');
    expect(license).toMatchObject({
      id: made.licenseId,
      customer: { name: 'Praxis Ahorn' },
      quantity: 5,
      cost: 89.9,
      currency: 'EUR',
      end: '2027-03-11',
      supplier: 'Softhaus',
      invoiceNumber: 'RE-2025-0113',
      costCenter: '4711',
    });
    const again = await send(file, { create: 'equipment' });
    expect(again.body).toMatchObject({ status: 'done', same: 1, created: { key: 0, license: 0, equipment: 0 } });
  });

  it('F8: a license key that stands once per device is one record with a seat for each', async () => {
    const [volume, single] = [freshLicenseKey(), freshLicenseKey()];
    const file = csv(
      'Gerät;Produkt;Lizenzschlüssel',
      ...[1, 2, 3, 4, 5].map((n) => `VL-${n};Fenster Enterprise;${volume}`),
      `VL-6;Fenster Pro;${single}`,
    );
    const done = await send(file, { create: 'products,equipment' });
    expect(done.body).toMatchObject({
      status: 'done',
      created: { key: 2, license: 0, equipment: 6, assignment: 6 },
    });
    expect((await listed('/keys?product=Fenster%20Enterprise'))[0]).toMatchObject({ seats: 5, seatsTaken: 5 });
    expect((await send(file)).body).toMatchObject({ status: 'done', same: 6, created: { key: 0, assignment: 0 } });
    const otherwise = await send(
      csv('Gerät;Produkt;Lizenzschlüssel;Gültig bis', `VO-1;Fenster;${single}9;2030-01-31`, `VO-2;Fenster;${single}9;`),
      { create: 'products,equipment' },
    );
    expect(otherwise.body.errors).toMatchObject([{ code: 'said_otherwise', params: { line: 3, first: 2 } }]);
  });

  it('X9: a serial number beside a unit is that unit\u2019s, or noted with the assignment', async () => {
    const file = (unit: string, serial: string): string =>
      csv('Gerät;Seriennummer;Produkt;Lizenzschlüssel', `${unit};${serial};Nummern;${freshLicenseKey()}`);
    const allowed = { create: 'products,equipment' };
    await send(file('SN-Gerät', 'SER-1'), allowed);
    expect((await listed('/equipment?name=SN-Ger%C3%A4t'))[0]).toMatchObject({ serialNumber: 'SER-1' });
    expect((await send(file('SN-Gerät', 'SER-2'), allowed)).body.created).toMatchObject({
      equipment: 0,
      assignment: 1,
    });
    const noted = (await listed('/assignments?q=SER-2')).map(({ remarks }: { remarks: string }) => remarks);
    expect(noted).toEqual(['Seriennummer: SER-2']);
    expect((await send(file('Anders genannt', 'SER-1'), allowed)).body.created).toMatchObject({ equipment: 0 });
    await addCustomer(world, 'Fremd');
    const taken = await send(
      csv('Kunde;Gerät;Seriennummer;Produkt;Lizenzschlüssel', `Fremd;Neu;SER-1;Nummern;${freshLicenseKey()}`),
      allowed,
    );
    expect(taken.body.errors).toMatchObject([{ code: 'serial_number_taken', params: { line: 2 } }]);
  });

  it('F8: rows without a key are licenses, and rows that say the same of a purchase are one', async () => {
    const keys = [freshLicenseKey(), freshLicenseKey()];
    const file = csv(
      'Produkt;Lizenzschlüssel;Anzahl;Preis;Rechnungsnr.;Gerät',
      'Ohne Schlüssel;;12;;;',
      `Zusammen;${keys[0]};1;45,10 €;RE-7;`,
      `Zusammen;${keys[1]};2;45,20 €;RE-7;`,
      'Dabei;;;;;PC-A',
      'Dabei;;;;;PC-B',
    );
    const done = await send(file);
    expect(done.body).toMatchObject({ status: 'done', created: { license: 3, key: 2, equipment: 0 } });
    expect(await listed('/licenses?product=Zusammen')).toMatchObject([
      { quantity: 3, cost: 90.3, invoiceNumber: 'RE-7', keyed: 3 },
    ]);
    expect(await listed('/licenses?product=Dabei')).toMatchObject([
      { quantity: 2, remarks: 'Gerät: PC-A\nGerät: PC-B' },
    ]);
    expect((await listed('/licenses?product=Ohne%20Schl%C3%BCssel'))[0]).toMatchObject({ quantity: 12, keyed: 0 });
    expect((await send(file)).body).toMatchObject({ status: 'done', created: { license: 0, key: 0 }, same: 5 });
  });

  it('F4: a second purchase of a product is a further license', async () => {
    const file = (key: string): string => csv('Produkt;Lizenzschlüssel;Anzahl', `Noch einmal;${key};1`);
    await send(file(freshLicenseKey()));
    expect((await send(file(freshLicenseKey()))).body.created).toMatchObject({ license: 1, key: 1 });
    expect(await listed('/licenses?product=Noch%20einmal')).toMatchObject([
      { quantity: 1, keyed: 1 },
      { quantity: 1, keyed: 1 },
    ]);
  });

  it('X9: what a file is about is found by its columns, where nobody says it', async () => {
    const found = async (header: string, more: Record<string, string> = {}) =>
      (await upload(admin, `${header}\n${header.replace(/[^,]+/g, 'x')}\n`, { dryRun: 'true', ...more })).body.kind;
    expect(await found('Kunde,Produkt,Lizenzschlüssel,Anzahl,Gültig bis')).toBe('software');
    expect(await found('Internal ID,Version,License Key,Feature,Key Type,Status')).toBe('keys');
    expect(await found('Hostname,Seriennummer,Inventarnummer,Standort,Modell')).toBe('equipment');
    expect(await found('First name,Last name,E-Mail')).toBe('users');
    expect(await found('Software,Serial number,Number,Entity', { profile: 'glpi' })).toBe('licenses');
    expect(await found('Etwas,Anderes')).toBe('software');
  });

  it('F2: nothing is called the same that differs: refused, taken over or left, as is asked', async () => {
    const key = freshLicenseKey();
    const file = (end: string, invoice: string, remarks: string): string =>
      csv('Produkt;Lizenzschlüssel;Gültig bis;Rechnung;Bemerkung', `Verschieden;${key};${end};${invoice};${remarks}`);
    await send(file('2027-01-31', 'RE-1', 'alt'));
    const changes = [
      { field: 'remarks', old: 'alt', new: 'neu' },
      { field: 'validityEnd', old: '2027-01-31', new: '2028-01-31' },
    ];
    const asked = await send(file('2028-01-31', 'RE-1', 'neu'), { dryRun: 'true' });
    expect(asked.body.outcomes).toMatchObject([{ line: 2, outcome: 'wrong', changes }]);
    expect(asked.body.errors).toMatchObject([
      { line: 2, column: 'Bemerkung', code: 'differs' },
      { line: 2, column: 'Gültig bis', code: 'differs' },
    ]);
    const left = await send(file('2028-01-31', 'RE-1', 'neu'), { onDifferent: 'leave' });
    expect(left.body.outcomes).toMatchObject([{ outcome: 'left', changes: [...changes, { field: 'end' }] }]);
    expect((await listed('/keys?product=Verschieden'))[0]).toMatchObject({ validityEnd: '2027-01-31' });
    const updated = await send(file('2028-01-31', 'RE-2', 'neu'), { onDifferent: 'update' });
    expect(updated.body).toMatchObject({ changed: 1, same: 0, outcomes: [{ outcome: 'changed' }] });
    expect((await listed('/keys?product=Verschieden'))[0]).toMatchObject({ validityEnd: '2028-01-31', remarks: 'neu' });
    expect((await listed('/licenses?product=Verschieden'))[0]).toMatchObject({
      end: '2028-01-31',
      invoiceNumber: 'RE-2',
    });
    expect((await send(file('2028-01-31', 'RE-2', 'neu'))).body).toMatchObject({ same: 1, changed: 0 });
  });

  it('F2: in lists of keys the dates of a known key are taken over, its product and owner are left', async () => {
    const key = freshLicenseKey();
    const keys = (product: string, end: string) =>
      upload(admin, csv('Product,License Key,Valid until', `${product},${key},${end}`), { kind: 'keys' });
    await keys('Bleibt', '2027-01-31');
    expect((await keys('Bleibt', '2027-06-30')).body).toMatchObject({
      changed: 1,
      outcomes: [{ changes: [{ field: 'validityEnd', old: '2027-01-31', new: '2027-06-30' }] }],
    });
    expect((await keys('Anders', '2027-06-30')).body).toMatchObject({
      changed: 0,
      same: 1,
      outcomes: [{ outcome: 'left', changes: [{ field: 'productName', old: 'Bleibt', new: 'Anders' }] }],
    });
  });

  it('X9: a rehearsal lists the columns and lines of which nothing is taken', async () => {
    const file = csv('Liste', '', 'Produkt;Key;Etage', `Weg;${freshLicenseKey()};2`, 'Summe;;7');
    const { body } = await send(file, { dryRun: 'true', mapping: '{"Etage":null}' });
    expect(body.leftOut).toEqual([
      { line: null, column: 'Etage' },
      { line: 1, column: null },
      { line: 5, column: null },
    ]);
  });

  it('F1: a license key among words, a license text and a password are no remarks', async () => {
    const faults = async (header: string, cell: string) =>
      (
        await send(csv(`Produkt;Lizenzschlüssel;${header}`, `Werkzeug;${freshLicenseKey()};${cell}`), {
          dryRun: 'true',
        })
      ).body.errors.map(({ line, code }: { line: number; code: string }) => [line, code]);
    expect(await faults('Notizen', `The key is ${freshLicenseKey()}, it was new.`)).toEqual([[2, 'key_in_clear']]);
    expect(await faults('Ablage', 'Key: H1bJTd2SauPv5Garuaq0Ig43')).toEqual([[1, 'looks_like_keys']]);
    expect(await faults('License', '"-----BEGIN LICENSE-----\n9A2C BD41\n-----END LICENSE-----"')).toEqual([
      [2, 'key_in_clear'],
    ]);
    expect(await faults('Portal-PIN', '4711')).toEqual([[1, 'passwords']]);
    expect(await faults('Passwort', 'Br0tZeit')).toEqual([[1, 'passwords']]);
    // Addresses, names of files and long words are no license keys.
    expect(
      await faults('Notizen', 'https://example.org/a/very/long/path/2024, user-guide-for-version-2024-final.pdf'),
    ).toEqual([]);
  });

  it('F5: words for nothing at the place of a key or a person, and headings within a list, are told', async () => {
    const { body } = await send(
      csv('Produkt;Lizenzschlüssel;Anzahl;Benutzer', 'Wie oben;j.w.;2;alle', 'Ohne;s.o.;1;n/a', 'Raum: Empfang;;;'),
      { dryRun: 'true' },
    );
    expect(body.errors).toMatchObject([{ line: 4, code: 'heading' }]);
    expect(toldOfRows(body).map(({ line, code }) => [line, code])).toEqual([
      [2, 'no_key'],
      [3, 'no_key'],
      [3, 'no_value'],
    ]);
    expect(body.outcomes[0].becomes.remarks).toBe('Benutzer: alle');
    const initials = await send(csv('Produkt;Lizenzschlüssel;Benutzer', `Initialen;${freshLicenseKey()};BD`), {
      dryRun: 'true',
    });
    expect(initials.body.outcomes[0].becomes.userName).toBe('BD');
  });

  it('F3: a rehearsal tells what each row becomes, the key by its mask', async () => {
    const key = freshLicenseKey();
    const rehearsed = await send(
      csv(
        'Produkt;Lizenzschlüssel;Anzahl;Preis;Benutzer',
        `Vorschau;${key};3;12,50 €;Anna Berg`,
        `Vorschau;${key}x;viele;;`,
      ),
      { dryRun: 'true' },
    );
    expect(rehearsed.body.outcomes).toMatchObject([
      {
        outcome: 'new',
        becomes: {
          customer: 'Nordwind IT',
          productName: 'Vorschau',
          keyType: 'permanent',
          quantity: 3,
          cost: 12.5,
          currency: 'EUR',
          userName: 'Anna Berg',
        },
      },
      { outcome: 'wrong', becomes: { productName: 'Vorschau' } },
    ]);
    expect(rehearsed.body.outcomes[0].becomes.licenseKey).toMatch(/^•.*[^•]{5}$/);
    expect(JSON.stringify(rehearsed.body)).not.toContain(key);
  });

  it('F3: a name nearly that of a record is told, and made only where it is named', async () => {
    const file = (customer: string, product: string): string =>
      csv('Kunde;Produkt;Lizenzschlüssel', `${customer};${product};${freshLicenseKey()}`);
    await send(file('Unbekannt GmbH', 'Pinselwerk'));
    const near = await send(file('Unbekant', 'Pinselwerke'), { dryRun: 'true' });
    expect(near.body.errors).toMatchObject([
      { line: 2, column: 'Kunde', code: 'near', params: { near: 'Unbekannt GmbH' } },
    ]);
    const named = await send(file('Unbekant', 'Pinselwerke'), { create: 'products,customers:Unbekant' });
    expect(named.body.errors).toMatchObject([{ code: 'near', params: { near: 'Pinselwerk' } }]);
    const both = await send(file('Unbekant', 'Pinselwerke'), { create: 'customers:Unbekant,products:Pinselwerke' });
    expect(both.body).toMatchObject({ status: 'done', created: { customer: 1, product: 1, key: 1 } });
    const none = await send(file('Ganz anders', 'Pinselwerk'), { create: '', dryRun: 'true' });
    expect(none.body).toMatchObject({
      errors: [{ code: 'not_made', column: 'Kunde' }],
      alsoCreates: [{ kind: 'customers', name: 'Ganz anders', near: null, isAllowed: false }],
    });
  });

  it('F3: names of a file that are nearly the same are told, and a word for nothing names nobody', async () => {
    const rows = ['Rossi Costruzioni S.r.l.', 'Rossi Costruzioni SRL', 'n/a', '-'].map(
      (customer) => `${customer};Muratore;${freshLicenseKey()}`,
    );
    const { body } = await send(csv('Kunde;Produkt;Lizenzschlüssel', ...rows), { dryRun: 'true' });
    expect(body.created).toMatchObject({ customer: 2, key: 4 });
    expect(toldOfRows(body)).toMatchObject([
      { line: 3, code: 'alike', params: { first: 2 } },
      { line: 4, column: 'Kunde', code: 'no_value' },
      { line: 4, column: 'Kunde', code: 'no_customer' },
      { line: 5, column: 'Kunde', code: 'no_value' },
      { line: 5, column: 'Kunde', code: 'no_customer' },
    ]);
    expect(body.outcomes[2].becomes.customer).toBe('Nordwind IT');
  });

  it('F6: several persons in a cell have a seat each', async () => {
    const [three, two] = [freshLicenseKey(), freshLicenseKey()];
    const done = await send(
      csv(
        'Produkt;Lizenzschlüssel;Anzahl;Benutzer',
        `Zu dritt;${three};3;"Anna Berg; Jonas Weiß\nMia Lund"`,
        `Zu zweit;${two};;"Ole Brandt\nJana Wolf"`,
      ),
    );
    expect(done.body).toMatchObject({ status: 'done', created: { key: 2, assignment: 5 } });
    expect((await listed('/keys?product=Zu%20zweit'))[0]).toMatchObject({ seats: 2, seatsTaken: 2 });
    const few = await send(
      csv('Produkt;Lizenzschlüssel;Anzahl;Benutzer', `Zu wenig;${freshLicenseKey()};1;"A B; C D"`),
    );
    expect(few.body.errors).toMatchObject([{ code: 'too_few_seats', params: { line: 2, holders: 2, seats: 1 } }]);
  });

  it('F1: a license key of any shape among words is readable in no preview, report, list, search or log', async () => {
    const [canary, other] = ['tvk-88pl-23mm-99zz-x1', 'ABCD1 EFGH2 IJKL3'];
    const file = csv(
      'Produkt;Lizenzschlüssel;Notizen',
      `Kanarien;${freshLicenseKey()};Lizenz ${canary} (MAK)`,
      `Kanarien;${freshLicenseKey()};war ${other}`,
      `Kanarien;${freshLicenseKey()};ruhig`,
    );
    const asked = { goodRowsOnly: 'true' };
    const rehearsed = await send(file, { ...asked, dryRun: 'true' });
    expect(rehearsed.body.errors).toMatchObject([{ code: 'key_in_clear' }, { code: 'key_in_clear' }]);
    const done = await send(file, asked);
    expect(done.body).toMatchObject({ status: 'done', rejected: 2, created: { key: 1 } });
    const again = await admin('GET', `/imports/${done.body.id}`);
    const stored = await everythingStored(world);
    for (const secret of [canary, other]) {
      for (const text of [rehearsed.body, done.body, again.body, stored])
        expect(JSON.stringify(text)).not.toContain(secret);
      expect(await listed(`/keys?q=${encodeURIComponent(secret.slice(5, 14))}`)).toEqual([]);
    }
  });

  it('X9: manufacturer and model among the columns of a unit are the unit\u2019s, or noted with the assignment', async () => {
    const file = (maker: string): string =>
      csv('Gerät;Hersteller;Modell;Produkt;Lizenzschlüssel', `MM-1;${maker};7420;Fremdteil;${freshLicenseKey()}`);
    const allowed = { create: 'products,equipment' };
    expect((await send(file('Tischler'), allowed)).body).toMatchObject({ status: 'done', created: { equipment: 1 } });
    expect(await listed('/equipment?name=MM-1')).toMatchObject([{ manufacturer: 'Tischler', model: '7420' }]);
    expect(await listed('/products?name=Fremdteil')).toMatchObject([{ manufacturer: null }]);
    await send(file('Schlosser'), allowed);
    const noted = (await listed('/assignments?q=Schlosser')).map(({ remarks }: { remarks: string }) => remarks);
    expect(noted).toEqual(['Hersteller: Schlosser']);
    const alone = csv('Gerät;Hersteller;Modell;Produkt;Lizenzschlüssel', `;Dreher;;Fremdteil;${freshLicenseKey()}`);
    await send(alone, allowed);
    expect(await listed('/keys?q=Dreher')).toMatchObject([{ remarks: 'Hersteller: Dreher' }]);
  });

  it('X9: what blank cells below customers mean is asked once for the file', async () => {
    const rows = ['Praxis Birke', '', '', 'Praxis Linde', ''];
    const file = () =>
      csv('Kunde;Produkt;Lizenzschlüssel', ...rows.map((customer) => `${customer};Lücken;${freshLicenseKey()}`));
    expect((await send(file(), { dryRun: 'true' })).body.errors).toMatchObject([{ line: 1, code: 'customer_gaps' }]);
    const customers = async (field: string) => {
      const { body } = await send(file(), { mapping: JSON.stringify({ Kunde: field }), dryRun: 'true' });
      return body.outcomes.map(({ becomes }: { becomes: { customer: string } }) => becomes.customer);
    };
    const [birke, linde] = ['Praxis Birke', 'Praxis Linde'];
    expect(await customers('customerAbove')).toEqual([birke, birke, birke, linde, linde]);
    expect(await customers('customer')).toEqual([birke, 'Nordwind IT', 'Nordwind IT', linde, 'Nordwind IT']);
  });

  it('X7: rows that come back from below a heading still say whose they are', async () => {
    const [first, second, third] = [freshLicenseKey(), freshLicenseKey(), freshLicenseKey()];
    const file = csv(
      'Produkt;Lizenzschlüssel;Gültig bis',
      'Kunde: Praxis Esche;;',
      `Blöcke;${first};31.12.2029`,
      `Blöcke;${second};Mitte 2029`,
      'Kunde: Praxis Weide;;',
      `Blöcke;${third};KW 7`,
    );
    const done = await send(file, { goodRowsOnly: 'true' });
    expect(done.body).toMatchObject({ status: 'done', rejected: 2, created: { key: 1, customer: 1 } });
    expect(done.body.warnings).toMatchObject([
      { line: 2, code: 'heading_taken' },
      { line: 5, code: 'heading_taken' },
    ]);
    const headers = { authorization: `Bearer ${world.adminToken}` };
    const back = await world.http.request(`/api/v1/imports/${done.body.id}/rejected`, { headers });
    const corrected = (await back.text()).replace('Mitte 2029', '30.06.2029').replace('KW 7', '31.01.2029');
    expect((await send(corrected)).body).toMatchObject({ status: 'done', created: { key: 2, customer: 1 } });
    const owners = (await listed('/keys?product=Bl%C3%B6cke&sort=validityEnd')).map(
      ({ customer }: { customer: { name: string } }) => customer.name,
    );
    expect(owners).toEqual(['Praxis Weide', 'Praxis Esche', 'Praxis Esche']);
  });

  it('X9: who or what has a license without a key is told to be noted, and so shown before', async () => {
    const file = csv('Produkt;Lizenzschlüssel;Gerät;Benutzer', 'Ohne;;PC-77;', 'Ohne;OEM;;Anna Berg', 'Ohne;;;');
    const { body } = await send(file, { dryRun: 'true' });
    expect(toldOfRows(body)).toMatchObject([
      { line: 2, column: 'Gerät', code: 'holder_noted' },
      { line: 3, code: 'no_key' },
      { line: 3, column: 'Benutzer', code: 'holder_noted' },
    ]);
    expect(body.outcomes[0].becomes).toMatchObject({ remarks: 'Gerät: PC-77' });
    expect(body.outcomes[0].becomes.equipment).toBeUndefined();
  });

  it('F6: several units in a cell have a seat each', async () => {
    const file = csv(
      'Produkt;Lizenzschlüssel;Gerät;Benutzer',
      `Verteilt;${freshLicenseKey()};"VT-1, VT-2";`,
      `Verteilt zu zweit;${freshLicenseKey()};VT-1;"Anna Berg; Ole Brandt"`,
    );
    const { body } = await send(file, { create: 'products,equipment' });
    expect(body).toMatchObject({ status: 'done', created: { equipment: 2, assignment: 4 } });
    expect((await listed('/keys?product=Verteilt'))[0]).toMatchObject({ seats: 2, seatsTaken: 2 });
  });

  it('X9: what stands alone above the rows of a block is asked about, and no product', async () => {
    const file = csv(
      'Software;Lizenzschlüssel;Anzahl',
      'Praxis Ulme;;',
      `Baumschule;${freshLicenseKey()};1`,
      'Summe Praxis Ulme;;1',
      'Praxis Erle;;',
      `Baumschule;${freshLicenseKey()};2`,
    );
    const asked = await send(file, { dryRun: 'true' });
    expect(asked.body.errors).toMatchObject([
      { code: 'unknown_column', column: '4', params: { name: 'Heading (line above)' } },
    ]);
    const { body } = await send(file, { dryRun: 'true', mapping: '{"Heading (line above)":"customer"}' });
    expect(body.outcomes).toMatchObject([
      { line: 3, becomes: { customer: 'Praxis Ulme', productName: 'Baumschule' } },
      { line: 6, becomes: { customer: 'Praxis Erle', quantity: 2 } },
    ]);
    expect(body.leftOut).toEqual([{ line: 4, column: null }]);
  });
});

/** What is told of rows, and not of the whole file, in a world that may have customers already. */
function toldOfRows({ warnings }: Answer['body']): { line: number; code: string }[] {
  return warnings.filter(({ code }: { code: string }) => !code.endsWith('_unsaid'));
}
