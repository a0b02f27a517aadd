import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { valuesOf } from '../harness/import-file.ts';
import { sample } from '../harness/upload.ts';

describe('files of other inventories', () => {
  it("X2: Snipe-IT's export in German: the header again after 500 rows, yes and no, one name twice", async () => {
    const rows = await valuesOf(sample('snipe-it-export-de.csv'), { profile: 'snipe-it' });
    expect(rows.map(({ fields, licenseKeys }) => ({ ...fields, licenseKeys }))).toEqual([
      {
        licenseKeys: ['TINTE-AAAAA-BBBBB-CCCCC-00001'],
        customer: 'Kanzlei Möller',
        productName: 'Tintenwerk 2024',
        purchaseDate: '2025-03-04',
        cost: { cost: 129.9 },
        orderNumber: 'B-2201',
        quantity: 3,
        supplier: 'Softhaus',
        end: '2027-03-03',
        manufacturer: 'Tintenwerk GmbH',
        remarks: [
          'Im Paket\ngekauft.',
          'Komplett Abgeschrieben: Nein',
          'Bestellnummer: EK-17',
          'Verwaltet: Ja',
          'Kategorie: Büro',
          'Mehrmals verwendbar: Ja',
        ].join('\n'),
      },
      {
        licenseKeys: ['TINTE-AAAAA-BBBBB-CCCCC-00002'],
        productName: 'Tintenwerk 2024',
        quantity: 1,
        manufacturer: 'Tintenwerk GmbH',
        remarks: 'Komplett Abgeschrieben: Nein\nVerwaltet: Nein\nMehrmals verwendbar: Nein',
      },
    ]);
    expect(rows.map(({ line }) => line)).toEqual([2, 5]);
    expect(rows.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it("X2: Snipe-IT's users are persons with a name, and nothing else of them is taken", async () => {
    const rows = await valuesOf(sample('snipe-it-users.csv'), { profile: 'snipe-it', kind: 'users' });
    expect(rows.map(({ fields }) => fields)).toEqual([
      { name: 'Jana Wolf', userName: 'jwolf', email: 'jana.wolf@example.org' },
      { name: 'Ole Brandt', userName: 'obrandt' },
    ]);
  });

  const glpiRows = [
    {
      productName: 'Plansoft CAD',
      quantity: 1_000_000,
      end: '2027-06-30',
      manufacturer: 'Plansoft AG',
      customer: 'Praxis Nord',
      barcode: 'L-0001',
      remarks: 'Bought with the servers\nName: Volume 2024\nNumber: -1\nType: Site\nPurchase version: 2024\nValid: Yes',
    },
    {
      productName: 'Plansoft CAD',
      quantity: 1,
      manufacturer: 'Plansoft AG',
      userName: 'Mia Lund',
      remarks: 'Name: Single\nValid: Yes',
    },
  ];

  it('X2: licenses of GLPI: -1 is without a limit, a client is below the root, the root is house', async () => {
    const rows = await valuesOf(sample('glpi-licenses.csv'), { profile: 'glpi' });
    expect(rows.map(({ fields }) => fields)).toEqual(glpiRows);
    expect(rows.map(({ licenseKeys }) => licenseKeys[0]?.slice(-5))).toEqual(['00001', '00002']);
    expect(rows.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('X2: the same from a workbook, and with tabs', async () => {
    const cells = sample('glpi-licenses.csv')
      .trim()
      .split('\n')
      .map((line) =>
        line
          .slice(1, -2)
          .split('";"')
          .map((cell) => (/^-?\d+$/.test(cell) ? Number(cell) : cell)),
      );
    const workbook = await writeXlsx({ sheets: [{ name: 'GLPI', rows: cells }] });
    const tabbed = sample('glpi-licenses.csv').replaceAll(';', '\t');
    for (const content of [Buffer.from(workbook), tabbed])
      expect((await valuesOf(content, { profile: 'glpi' })).map(({ fields }) => fields)).toEqual(glpiRows);
  });

  it('X2: a list of GLPI in German', async () => {
    const content =
      'Bezeichnung;Software;Seriennummer;Anzahl;Ablauf;Herausgeber;Einheit\nV;Plansoft CAD;K-1;unbegrenzt;31-12-2027;Plansoft AG;Wurzel-Einheit > Praxis Nord\n';
    const [row] = await valuesOf(content, { profile: 'glpi' });
    expect(row).toMatchObject({
      licenseKeys: ['K-1'],
      fields: { productName: 'Plansoft CAD', quantity: 1_000_000, end: '2027-12-31', customer: 'Praxis Nord' },
    });
  });

  it('X2: a list of GLPI in German, as its own translation calls the columns', async () => {
    const content =
      'Name;Software;Seriennummer;Anzahl;Läuft ab;Hersteller;Einheit;Auftragsnummer;Anzahl Installationen;Untereinheiten\n' +
      'V;Plansoft CAD;K-1;5;Lauft nie ab;Plansoft AG;Wurzel > Praxis Nord;A-77;3;Nein\n';
    const [row] = await valuesOf(content, { profile: 'glpi' });
    expect(row?.fields).toEqual({
      productName: 'Plansoft CAD',
      quantity: 5,
      manufacturer: 'Plansoft AG',
      customer: 'Praxis Nord',
      orderNumber: 'A-77',
      remarks: 'Name: V',
    });
  });

  it("X2: Odoo's equipment by technical names", async () => {
    const rows = await valuesOf(sample('odoo-equipment.csv'), { profile: 'odoo', kind: 'equipment' });
    expect(rows.map(({ fields }) => fields)).toEqual([
      {
        name: 'NB-014',
        serialNumber: 'SN-7781',
        type: 'Notebooks',
        model: 'Umbra 14',
        location: 'Kiel',
        inUseSign: '2025-02-11',
        remarks:
          'Battery replaced\nassign_date: 2025-02-11\nowner_user_id/name: Jana Wolf\npartner_id/name: Softhaus\ncost: 1266.13',
      },
      {
        name: 'NB-015',
        serialNumber: 'SN-7782',
        type: 'Notebooks',
        model: 'Umbra 14',
        remarks: 'partner_id/name: Softhaus\ncost: 1266.13',
      },
    ]);
  });

  it("X2: Odoo's equipment and orders in German, as Odoo's own translation calls them", async () => {
    const units =
      'Inventarbezeichnung,Seriennummer,Inventarkategorie,Modell,Ort,Notiz\nNB-016,SN-7783,Notebooks,Umbra 14,Kiel,Neu\n';
    const [unit] = await valuesOf(units, { profile: 'odoo', kind: 'equipment' });
    const { name, serialNumber, ...rest } = unit?.fields ?? {};
    expect([name, serialNumber]).toEqual(['NB-016', 'SN-7783']);
    expect(rest).toEqual({ type: 'Notebooks', model: 'Umbra 14', location: 'Kiel', remarks: 'Neu' });
    const orders = 'Auftragsreferenz,Kunde,Auftragsdatum,Produkt,Menge\nS00042,Praxis Nord,31.12.2025,Papermill,5\n';
    const [order] = await valuesOf(orders, { profile: 'odoo', kind: 'licenses' });
    expect(order?.fields).toEqual({
      orderNumber: 'S00042',
      customer: 'Praxis Nord',
      purchaseDate: '2025-12-31',
      productName: 'Papermill',
      quantity: 5,
    });
  });

  it("X2: Odoo's products by label, its customers and its keys in German", async () => {
    const products = await valuesOf(sample('odoo-products.csv'), { profile: 'odoo', kind: 'products' });
    expect(products.map(({ fields }) => fields)).toEqual([
      { name: 'Papermill Office 2024', code: 'POFF' },
      { name: 'Brushwork 9', code: 'BRUSH', website: 'https://brushwork.example/9' },
    ]);
    const customers = 'Anzeigename,Referenz,E-Mail\nPraxis Nord,K-7,info@praxis.example\n';
    const [customer] = await valuesOf(customers, { profile: 'odoo', kind: 'customers' });
    expect(customer?.fields).toEqual({ name: 'Praxis Nord', number: 'K-7', contact: 'info@praxis.example' });
    const keys = 'Los-/Seriennummer,Produkt,Ablaufdatum\nAAAA-1,Papermill,31.12.2027\n';
    const [key] = await valuesOf(keys, { profile: 'odoo' });
    expect(key).toMatchObject({
      licenseKeys: ['AAAA-1'],
      fields: { productName: 'Papermill', validityEnd: '2027-12-31' },
    });
  });
});
