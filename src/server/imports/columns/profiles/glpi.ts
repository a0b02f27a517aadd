import type { Profile } from '../column.ts';

/*
 * What GLPI calls the columns of its lists of licenses and computers (SoftwareLicense::rawSearchOptions and
 * Computer::rawSearchOptions of version 11; in German after locales/de_DE.php of version 0.83 and locales/de_DE.po of
 * version 9.4). The serial number of a license is its key; -1 licenses are as many as one likes.
 */
const licenses: Record<string, readonly string[]> = {
  productName: ['software', 'softwares', 'programm', 'name', 'bezeichnung'],
  licenseKey: ['serialnumber', 'seriennummer'],
  quantity: ['number', 'numberoflicenses', 'anzahl', 'nummer', 'anzahlderlizenzen', 'anzahllizenzen'],
  end: ['expiration', 'expirationdate', 'lauftab', 'ablauf', 'ablaufdatum', 'gultigbis', 'verfallsdatum'],
  customer: ['entity', 'entities', 'einheit', 'entitat', 'organisationseinheit'],
  manufacturer: ['publisher', 'manufacturer', 'herausgeber', 'hersteller'],
  supplier: ['supplier', 'lieferant'],
  barcode: ['inventorynumber', 'inventarnummer'],
  purchaseDate: ['dateofpurchase', 'purchasedate', 'kaufdatum'],
  orderNumber: ['ordernumber', 'auftragsnummer', 'bestellnummer'],
  invoiceNumber: ['invoicenumber', 'rechnungsnummer'],
  cost: ['value', 'wert', 'preis'],
  userName: ['user', 'benutzer'],
  remarks: ['comments', 'comment', 'kommentare', 'kommentar'],
};

const equipment: Record<string, readonly string[]> = {
  name: ['name', 'bezeichnung'],
  serialNumber: ['serialnumber', 'seriennummer'],
  assetTag: ['inventorynumber', 'inventarnummer'],
  customer: ['entity', 'entities', 'einheit', 'entitat', 'organisationseinheit'],
  type: ['type', 'typ'],
  manufacturer: ['manufacturer', 'hersteller'],
  model: ['model', 'modell'],
  location: ['location', 'standort', 'ort'],
  inUseSign: ['user', 'benutzer', 'alternateusername', 'kontakt'],
  remarks: ['comments', 'comment', 'kommentare', 'kommentar'],
};

const users: Record<string, readonly string[]> = {
  firstName: ['firstname', 'vorname'],
  lastName: ['surname', 'lastname', 'nachname'],
  userName: ['login', 'name', 'benutzername', 'anmeldename'],
  email: ['emails', 'email', 'emailadressen'],
};

/** Lists of GLPI: CSV with any delimiter, and XLSX. Its dates show their order, or whoever imports them says it. */
export const glpi: Profile = {
  columns: { licenses, equipment, users },
  ignored: [
    ...[
      'id',
      'creationdate',
      'lastupdate',
      'erstelldatum',
      'erstellungsdatum',
      'letzteanderung',
      'letzteaktualisierung',
    ],
    ...['numberofinstallations', 'anzahlinstallationen', 'anzahlderinstallationen', 'affecteditems'],
    ...['betroffeneelemente', 'childentities', 'untereinheiten'],
  ],
  isEscaped: true,
  customerOf: clientOf,
};

/** A client is an entity right below the root; "Root entity > Client > Site" is of the client, the root is house. */
function clientOf(entity: string): string {
  return entity.split(' > ')[1]?.trim() ?? '';
}
