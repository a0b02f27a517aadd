import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import type { AttributeDefinition } from '../../src/domain/attributes.ts';
import { everyLanguage } from '../../src/domain/every-language.ts';
import type { ImportKind } from '../../src/domain/import-fields.ts';
import { labelOf } from '../../src/domain/labels.ts';
import { exportColumns } from '../../src/server/exports/columns.ts';
import type { Column } from '../../src/server/imports/columns/column.ts';
import { assignColumns } from '../../src/server/imports/columns/columns.ts';
import { profiles } from '../../src/server/imports/columns/profiles/profiles.ts';
import type { ListName } from '../../src/server/list/sources.ts';

type Given = {
  mapping?: Record<string, string | null>;
  attributes?: AttributeDefinition[];
  profile?: keyof typeof profiles;
};

function columnsOf(kind: ImportKind, header: readonly string[], given: Given = {}): Column[] {
  const mapping = new Map(Object.entries(given.mapping ?? {}));
  const profile = given.profile && profiles[given.profile];
  return assignColumns(header, { kind, profile, mapping, attributes: given.attributes ?? [] }).columns;
}

function fieldsOf(kind: ImportKind, header: readonly string[], given: Given = {}): Record<string, string> {
  return Object.fromEntries(columnsOf(kind, header, given).map(({ name, field }) => [name, field]));
}

const synonyms: [ImportKind, string, string][] = [
  ['keys', 'licenseKey', 'License Key, licence key, Product-Key, activation key, serial key, key, code, CD key'],
  [
    'keys',
    'licenseKey',
    'Lizenzschlüssel, Produktschlüssel, Produktkey, Aktivierungsschlüssel, Schlüssel, LIZENZSCHLUESSEL',
  ],
  ['keys', 'serialNumber', 'serial, serial number, serial no., S/N, Seriennummer, SN'],
  ['keys', 'productName', 'software, product, feature, item name, license name, Softwareprodukt, Produkt, Bezeichnung'],
  ['licenses', 'manufacturer', 'manufacturer, publisher, vendor, Hersteller'],
  ['licenses', 'supplier', 'supplier, reseller, Lieferant, Händler, Haendler'],
  ['keys', 'seats', 'seats, quantity, qty, count, number, activations, Anzahl, Menge, Lizenzen, Aktivierungen'],
  ['licenses', 'quantity', 'seats, quantity, qty, count, number, activations, Anzahl, Menge, Lizenzen, Aktivierungen'],
  ['keys', 'validityStart', 'valid from, start, Gültig ab, Startdatum, Gueltig ab'],
  ['keys', 'purchaseDate', 'purchase date, Kaufdatum'],
  [
    'keys',
    'validityEnd',
    'expires, expiration date, valid until, validity end, end, Ablaufdatum, Gültig bis, Laufzeitende',
  ],
  [
    'licenses',
    'end',
    'expires, expiration date, valid until, validity end, end, Ablaufdatum, Gültig bis, Laufzeitende',
  ],
  ['keys', 'keyType', 'key type, license type, Lizenztyp, Lizenzart, Schlüsselart'],
  ['keys', 'equipment', 'equipment, computer, hostname, device, asset tag, Gerät, Rechner, PC, Inventarnummer'],
  ['equipment', 'name', 'equipment, computer, hostname, device, Gerät, Rechner, PC'],
  ['equipment', 'assetTag', 'asset tag, Inventarnummer'],
  ['keys', 'userName', 'assigned to, user, user name, Benutzer, Nutzer, Mitarbeiter'],
  ['keys', 'customer', 'customer, client, company, Kunde, Firma'],
  ['licenses', 'cost', 'cost, price, purchase cost, Preis, Stückpreis, Kosten'],
  ['licenses', 'orderNumber', 'order, Bestellnummer'],
  ['licenses', 'invoiceNumber', 'invoice, Rechnungsnummer'],
  ['licenses', 'costCenter', 'cost center, Kostenstelle'],
  ['keys', 'remarks', 'notes, remarks, other, Bemerkung, Notizen, Sonstiges'],
  ['customers', 'name', 'name, customer, Kunde, Firma, Kundenname'],
  ['customers', 'number', 'number, customer number, Kundennummer'],
  ['products', 'name', 'product, Produktname, Bezeichnung, name'],
  ['assignments', 'equipment', 'computer, Gerät, hostname'],
  ['assignments', 'appliedOn', 'applied date, Zugewiesen am'],
  ['users', 'userName', 'user name, Benutzername'],
  ['users', 'lastName', 'last name, Nachname'],
];

describe('which column gives which field', () => {
  it.each(synonyms)('X1: %s: %s is called %s', (kind, field, names) => {
    for (const name of names.split(', ')) expect([name, fieldsOf(kind, [name])[name]]).toEqual([name, field]);
  });

  it('X1: "code" is a short name beside a license key', () => {
    expect(fieldsOf('keys', ['Key', 'Code'])).toEqual({ Key: 'licenseKey', Code: 'code' });
    expect(fieldsOf('keys', ['Geheim', 'Code'], { mapping: { Geheim: 'licenseKey' } }).Code).toBe('code');
    expect(fieldsOf('keys', ['License Key (masked)', 'Code']).Code).toBe('code');
  });

  it('X1: a mapping overrides every name', () => {
    const mapping = { Key: 'code', Geheim: 'licenseKey', Rest: null };
    expect(fieldsOf('keys', ['Key', 'Geheim', 'Rest'], { mapping })).toEqual({ Key: 'code', Geheim: 'licenseKey' });
  });

  const exported = ['keys', 'licenses', 'equipment', 'customers', 'products', 'assignments', 'users'] as const;
  it.each(exported.flatMap((kind) => everyLanguage.map((words) => [kind, words.language, words] as const)))(
    'X3: every column of our own file of %s in %s is known, each for itself',
    (kind, _, words) => {
      const { record, identity, shown, onRequest } = exportColumns[kind];
      // The tables have no other members than labelled fields.
      const fields = Object.keys({ ...identity, ...shown, ...onRequest }) as Parameters<typeof labelOf>[0][];
      const columns = columnsOf(
        kind,
        fields.map((field) => labelOf(field, record, words)),
      );
      const found = columns.map(({ field }) => field.replace('computed.', '').replace('productName', 'product'));
      expect(found).toEqual(fields);
    },
  );

  /** What only parts a list into groups, or narrows it. */
  const noColumns = ['validityEndMonth', 'equipmentId', 'appliedOnMonth'];
  it.each(Object.keys(exportColumns) as ListName[])('X3: the file of a list has every field of it: %s', (name) => {
    const { identity, shown, onRequest } = exportColumns[name];
    const { list } = allEndpoints.find(({ path, method }) => method === 'GET' && path === `/${name}`) ?? {};
    const columns = new Set([...Object.keys({ ...identity, ...shown, ...onRequest }), ...noColumns]);
    expect(Object.keys(list?.fields ?? {}).filter((field) => !columns.has(field))).toEqual([]);
    expect(list?.fields).toBeDefined();
  });

  it('X3: only a file with internal ids has what Keybook works out: in others, a status or a version is theirs', () => {
    expect(() => fieldsOf('keys', ['Key', 'Status'])).toThrow('refused');
    expect(() => fieldsOf('keys', ['Key', 'Version'])).toThrow('refused');
    expect(fieldsOf('keys', ['Interne ID', 'Version', 'Status'])).toEqual({
      'Interne ID': 'id',
      Version: 'version',
      Status: 'computed.status',
    });
  });

  it('K12: attributes are known by name, by both labels, and by the header they have beside a field of that name', () => {
    const labels = { labelEn: 'Floor', labelDe: 'Etage', required: false, mask: null, choices: [], archived: false };
    const floor = { id: '1', recordType: 'key', name: 'floor', kind: 'number', ...labels } as const;
    const attributes = [{ ...floor, choices: [] }];
    for (const name of ['attributes.floor', 'Floor', 'ETAGE', 'Floor (attributes.floor)'])
      expect(fieldsOf('keys', [name], { attributes })[name]).toBe('attributes.floor');
    const code = { ...floor, choices: [], name: 'code2', labelEn: 'Code', labelDe: 'Kürzel' };
    const both = fieldsOf('keys', ['Key', 'Code', 'Code (attributes.code2)'], { attributes: [code] });
    expect(Object.values(both)).toEqual(['licenseKey', 'code', 'attributes.code2']);
  });

  it('X2: of two columns of one name a profile takes the first; the other goes to the remarks', () => {
    const columns = columnsOf('licenses', ['Name', 'Bestellnummer', 'Bestellnummer'], { profile: 'snipe-it' });
    expect(columns.map(({ index, field, labelled }) => [index, field, labelled])).toEqual([
      [0, 'productName', false],
      [1, 'orderNumber', false],
      [2, 'remarks', true],
    ]);
  });

  it('X1: the mapping that came out goes in again', () => {
    const header = ['Internal ID', 'Version', 'License Key (masked)', 'Status', 'Feature'];
    const mapping = fieldsOf('keys', header);
    expect(fieldsOf('keys', header, { mapping })).toEqual(mapping);
  });
});
