import type { Profile } from '../column.ts';

/*
 * What Snipe-IT calls its columns (lower case, letters and digits only), best first where several may give one field. A
 * column that is not here goes to the remarks under its own name. The names are those of its import templates
 * (app/Importer, app/Livewire/Importer.php), of the file its export button makes (LicensesController::getExportLicensesCsv,
 * UsersController::getExportUserCsv: headers in the language of the site, again after every 500 rows) and of its lists
 * (app/Presenters), in the words of resources/lang/en-US and de-DE of version 8.
 */
const person = [
  ...['fullname', 'checkedouttofullname', 'herausgegebenanvollername', 'username', 'benutzername'],
  ...['checkedouttousername', 'herausgegebenanbenutzername', 'email', 'checkedouttoemail', 'herausgegebenanemail'],
];

const licenses: Record<string, readonly string[]> = {
  productName: ['itemname', 'artikelname', 'licensename', 'softwarename', 'name', 'license', 'lizenz'],
  licenseKey: [
    ...['serialnumber', 'productkey', 'serial', 'licensekey', 'licenseserial', 'serialproductkey', 'key'],
    ...['produktschlussel', 'seriennummer', 'seriennummerproduktschlussel'],
  ],
  userName: person,
  manufacturer: ['manufacturer', 'hersteller'],
  purchaseDate: ['purchasedate', 'purchased', 'kaufdatum', 'gekauft'],
  cost: ['purchasecost', 'cost', 'einkaufspreis', 'kaufpreis', 'kosten'],
  currency: ['currency', 'wahrung'],
  // In German the purchase order has the same name; it stands behind.
  orderNumber: ['ordernumber', 'bestellnummer', 'auftragsnummer'],
  end: ['expirationdate', 'expiration', 'expires', 'ablaufdatum'],
  quantity: ['seats', 'quantity', 'qty', 'totalseats', 'total', 'anzahlaktivierungen', 'lizenzen', 'menge', 'gesamt'],
  customer: ['company', 'firma'],
  supplier: ['supplier', 'lieferant'],
  remarks: ['notes', 'licensenotes', 'notizen'],
};

const equipment: Record<string, readonly string[]> = {
  name: ['name', 'itemname', 'assetname', 'artikelname'],
  assetTag: ['assettag', 'tag'],
  serialNumber: ['serialnumber', 'serial', 'seriennummer'],
  customer: ['company', 'firma'],
  type: ['category', 'kategorie'],
  manufacturer: ['manufacturer', 'hersteller'],
  model: ['model', 'modelname', 'modell'],
  location: ['location', 'standort'],
  inUseSign: [
    ...['checkouttype', 'checkedouttousername', 'checkedouttofullname', 'checkedout', 'checkedoutto', 'assignedto'],
    ...['herausgabetyp', 'herausgegebenanbenutzername', 'herausgegebenanvollername', 'herausgegebenan'],
  ],
  remarks: ['assetnotes', 'notes', 'notizen'],
};

const users: Record<string, readonly string[]> = {
  name: ['fullname', 'name'],
  firstName: ['firstname', 'vorname'],
  lastName: ['lastname', 'nachname', 'familienname'],
  userName: ['username', 'benutzername'],
  email: ['email'],
};

/** Exports and import templates of Snipe-IT. Its dates are written as in the United States unless they show otherwise. */
export const snipeIt: Profile = {
  dateOrder: 'mdy',
  // A list of keys is a list of licenses there.
  columns: { licenses, equipment, users },
  ignored: [
    ...['id', 'licensesavailable', 'remaining', 'avail', 'createdat', 'updatedat', 'deletedat', 'createdby'],
    ...['verfugbarelizenzen', 'verfugbar', 'verbleibend', 'erstelltam', 'aktualisiertam', 'geloschtam', 'erstelltvon'],
    ...[
      'remainingseats',
      'verbleibendeaktivierungen',
      'checkincheckout',
      'zurucknehmenherausgeben',
      'actions',
      'aktionen',
    ],
    ...['image', 'deviceimage', 'geratebild', 'age', 'alter', 'currentvalue', 'aktuellerwert'],
  ],
};
