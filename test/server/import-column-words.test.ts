import { describe, expect, it } from 'vitest';
import type { ImportKind } from '../../src/domain/import-fields.ts';
import { lastPart } from '../../src/server/imports/columns/column-words.ts';
import { assignColumns } from '../../src/server/imports/columns/columns.ts';
import { faultsOf, valuesOf } from '../harness/import-file.ts';
import { fieldFile } from '../harness/upload.ts';

const all = [
  ...['licenseKey', 'productName', 'manufacturer', 'supplier', 'quantity', 'start', 'end', 'purchaseDate', 'cost'],
  ...['userName', 'customer', 'equipment', 'invoiceNumber', 'costCenter', 'remarks'],
];

function fieldsOf(header: readonly string[], kind: ImportKind = 'software'): string[] {
  const { columns } = assignColumns(header, { kind, profile: undefined, mapping: new Map(), attributes: [] });
  return columns.map(({ field, labelled }) => (labelled ? 'other' : field));
}

describe('what people call their columns', () => {
  it.each([
    [
      'French',
      "Clé de licence|Logiciel|Éditeur|Fournisseur|Quantité|Date de début|Date d'expiration|Date d'achat|Prix|Utilisateur|Société|Ordinateur|N° de facture|Centre de coûts|Commentaires",
    ],
    [
      'Spanish',
      'Clave de producto|Producto|Fabricante|Proveedor|Cantidad|Fecha de inicio|Fecha de caducidad|Fecha de compra|Precio|Usuario|Empresa|Equipo|Número de factura|Centro de coste|Observaciones',
    ],
    [
      'Italian',
      'Chiave di licenza|Prodotto|Produttore|Fornitore|Quantità|Data di inizio|Data di scadenza|Data di acquisto|Prezzo|Utente|Azienda|Nome computer|Numero fattura|Centro di costo|Note',
    ],
    [
      'Dutch',
      'Licentiesleutel|Productnaam|Fabrikant|Leverancier|Aantal|Startdatum|Vervaldatum|Aankoopdatum|Prijs|Gebruiker|Klant|Apparaat|Factuurnummer|Kostenplaats|Opmerkingen',
    ],
    [
      'Polish',
      'Klucz licencyjny|Nazwa produktu|Producent|Dostawca|Ilość|Data rozpoczęcia|Data wygaśnięcia|Data zakupu|Cena|Użytkownik|Klient|Komputer|Numer faktury|Centrum kosztów|Uwagi',
    ],
    [
      'German',
      'Lizenzschlüssel|Produkt|Hersteller|Lieferant|Anzahl|Gültig ab|Gültig bis|Kaufdatum|Einzelpreis|Benutzer|Kunde|Gerät|Rechnungsnr.|Kostenstelle|Bemerkung',
    ],
  ])('X1: %s', (_, names) => {
    expect(fieldsOf(names.split('|'))).toEqual(all);
  });

  it.each([
    ['Microsoft 365', 'Product Title|Total Licenses|Expired Licenses', 'productName|quantity|other'],
    [
      'VLSC',
      'Organization|Product|Product Key|Type|Activations Available',
      'customer|productName|licenseKey|keyType|quantity',
    ],
    ['ESET', 'Public license key|Company|Product name|Units|Validity', 'licenseKey|customer|productName|quantity|end'],
    ['Sophos', 'Product|Quantity|Start Date|End Date|Account Name', 'productName|quantity|start|end|customer'],
    ['ProduKey', 'Product Name|Product Key|Computer Name', 'productName|licenseKey|equipment'],
    ['PowerShell', 'ComputerName|WindowsVersion|ProductKey', 'equipment|productName|licenseKey'],
    [
      'ServiceNow',
      'name|license_key|rights|start_date|end_date|assigned_to|company|cost',
      'productName|licenseKey|quantity|start|end|userName|customer|cost',
    ],
    [
      'iTop',
      'Name|Organization->Name|Usage limit|Start date|Key|Software->Full name',
      'other|customer|quantity|start|licenseKey|productName',
    ],
    [
      'i-doit',
      'ObjektName|Lizenzzuweisung: Lizenzschlüssel - Anzahl|Lizenzzuweisung: Lizenzschlüssel - Schlüssel|Lizenzzuweisung: Lizenzschlüssel - Ablaufdatum',
      'productName|quantity|licenseKey|end',
    ],
    ['Keygen', 'name|key|expiry|maxMachines', 'productName|licenseKey|end|quantity'],
  ])('X1: %s', (_, names, fields) => {
    expect(fieldsOf(names.split('|'))).toEqual(fields.split('|'));
  });

  it('X1: a whole name counts before the last part of another', () => {
    expect(fieldsOf(['Produkt', 'Ende', 'Support - Ende'])).toEqual(['productName', 'end', 'other']);
    expect(['Order No.', 'Serien-Nr', 'S/N', 'E-Mail', 'name'].map(lastPart)).toEqual(Array(5).fill(undefined));
    expect(fieldsOf(['Name', 'Software'])).toEqual(['other', 'productName']);
  });

  it('X2: what a profile does not name goes by the words of other languages', async () => {
    const [row] = await valuesOf(fieldFile('c17-snipe-fr.csv'), { profile: 'snipe-it', kind: 'licenses' });
    expect(row?.fields).toMatchObject({
      productName: 'Tintenwerk 2024',
      customer: 'Cabinet Hêtre',
      quantity: 3,
      cost: { cost: 129.9 },
      orderNumber: 'B-2201',
      end: '2027-03-03',
    });
  });

  it('X9: several values in a cell are told at each, and none is guessed', async () => {
    const rows = await valuesOf(fieldFile('c15-idoit.csv'), { kind: 'software' });
    expect(rows.map(({ licenseKeys, errors }) => [licenseKeys.length, errors.length])).toEqual([
      [1, 0],
      [2, 4],
    ]);
    expect(await faultsOf(valuesOf(fieldFile('c26-servicenow.csv'), { kind: 'software' }))).toMatchObject([
      { code: 'date_order_needed', column: 'start_date' },
    ]);
  });
});
