import { foldText } from '../../../domain/fold.ts';

/** What people call the columns of their own lists, in English and German. */
export const words = {
  licenseKey: [
    ...['key', 'license key', 'licence key', 'product key', 'activation key', 'serial key', 'CD key', 'software key'],
    ...['Lizenzschlüssel', 'Produktschlüssel', 'Produktkey', 'Aktivierungsschlüssel', 'Schlüssel', 'Lizenzkey'],
  ],
  serial: ['serial', 'serial number', 'serial no', 'S/N', 'SN', 'Seriennummer', 'Seriennr', 'Serien-Nr'],
  product: [
    ...['product', 'feature', 'software', 'software product', 'product name', 'item name', 'license name'],
    ...['licence name', 'Softwareprodukt', 'Produkt', 'Produktname', 'Bezeichnung', 'Lizenzname'],
  ],
  manufacturer: ['manufacturer', 'publisher', 'vendor', 'Hersteller', 'Herausgeber'],
  supplier: ['supplier', 'reseller', 'Lieferant', 'Händler'],
  seats: [
    ...['seats', 'quantity', 'qty', 'count', 'number', 'activations', 'bought', 'number of licenses'],
    ...['Anzahl', 'Menge', 'Lizenzen', 'Aktivierungen', 'Plätze', 'Stück', 'Stückzahl'],
  ],
  start: ['valid from', 'start', 'start date', 'validity start', 'Gültig ab', 'Startdatum', 'Beginn', 'Laufzeitbeginn'],
  purchaseDate: ['purchase date', 'purchased', 'date of purchase', 'Kaufdatum', 'Einkaufsdatum', 'Bestelldatum'],
  end: [
    ...['expires', 'expires on', 'expiry', 'expiry date', 'expiration', 'expiration date', 'valid until', 'valid to'],
    ...['validity end', 'end', 'end date', 'Ablaufdatum', 'Ablauf', 'Gültig bis', 'Laufzeitende', 'Enddatum', 'Ende'],
  ],
  keyType: [
    ...['key type', 'license type', 'licence type', 'type'],
    ...['Lizenztyp', 'Lizenzart', 'Schlüsselart', 'Schlüsseltyp', 'Typ', 'Art'],
  ],
  unit: [
    ...['equipment', 'computer', 'computer name', 'hostname', 'host', 'device', 'device name', 'unit'],
    ...['Gerät', 'Gerätename', 'Rechner', 'Rechnername', 'PC', 'Computername'],
  ],
  assetTag: ['asset tag', 'tag', 'asset number', 'inventory number', 'Inventarnummer', 'Inventarnr'],
  user: [
    ...['user', 'user name', 'assigned to', 'employee', 'Benutzer', 'Benutzername', 'Nutzer', 'Mitarbeiter'],
    ...['Zugewiesen an', 'Anwender'],
  ],
  customer: ['customer', 'customer name', 'client', 'company', 'Kunde', 'Kundenname', 'Firma', 'Mandant'],
  cost: ['cost', 'price', 'purchase cost', 'purchase price', 'Preis', 'Stückpreis', 'Kosten', 'Kaufpreis'],
  orderNumber: ['order', 'order number', 'order no', 'purchase order', 'Bestellnummer', 'Bestellnr', 'Bestellung'],
  invoiceNumber: ['invoice', 'invoice number', 'invoice no', 'Rechnungsnummer', 'Rechnungsnr', 'Rechnung'],
  costCenter: ['cost center', 'cost centre', 'Kostenstelle'],
  remarks: [
    ...['notes', 'note', 'remarks', 'remark', 'other', 'comment', 'comments'],
    ...['Bemerkung', 'Bemerkungen', 'Notiz', 'Notizen', 'Sonstiges', 'Kommentar', 'Anmerkung'],
  ],
  type: ['type', 'category', 'Typ', 'Kategorie', 'Gerätetyp', 'Art'],
  location: ['location', 'site', 'Standort', 'Ort', 'Raum'],
  appliedOn: ['applied date', 'applied on', 'date', 'assigned on', 'Zugewiesen am', 'Datum'],
  renewsItself: [
    ...['auto renew', 'auto renewal', 'automatic renewal', 'renews automatically', 'recurring'],
    ...['Automatische Verlängerung', 'Verlängert sich automatisch', 'Autom. Verlängerung', 'Verlängerung automatisch'],
  ],
  code: ['code', 'short name', 'Kürzel'],
  email: ['email', 'e-mail', 'mail', 'E-Mail-Adresse'],
} as const;

export type Concept = keyof typeof words;

/** A column name without case, blanks, diacritics and punctuation. */
export function plainName(name: string): string {
  return foldText(name).replace(/[^\p{L}\p{N}]/gu, '');
}

/** A name as its plain forms, with umlauts and with two letters instead. */
export function plainForms(name: string): string[] {
  const spelledOut = name.replace(/[äöü]/gi, (letter) => `${letter}e`);
  return [plainName(name), plainName(spelledOut)];
}
