import type { Profile } from '../column.ts';

/*
 * What Odoo calls the columns of its lists, by label or by technical name as its export offers both:
 * maintenance.equipment (addons/maintenance), product.template (addons/product), res.partner (base), stock.lot
 * (addons/stock) for keys, and lists of subscriptions; in German after the i18n/de.po of each, of versions 14 and
 * 16.4. A technical name may go on behind a slash: `partner_id/name`.
 */
const customer = ['customer', 'kunde', 'partner', 'partnerid', 'partneridname', 'partneriddisplayname', 'partneridid'];
const product = ['product', 'produkt', 'productid', 'productidname', 'productiddisplayname', 'producttmplid'];

const keys: Record<string, readonly string[]> = {
  licenseKey: ['lotserialnumber', 'losseriennummer', 'chargenseriennummer', 'licensekey', 'lizenzschlussel', 'name'],
  productName: [...product, 'producttmplidname'],
  code: ['internalreference', 'internereferenz', 'ref'],
  validityEnd: ['expirationdate', 'ablaufdatum', 'enddate', 'enddatum', 'dateend'],
  customer,
  seats: ['quantity', 'menge', 'productqty'],
  remarks: ['description', 'beschreibung', 'note', 'notes', 'notizen'],
};

const licenses: Record<string, readonly string[]> = {
  productName: [...product, 'recurringinvoicelineidsproductid', 'name', 'subscription', 'abonnement'],
  licenseKey: ['lotserialnumber', 'losseriennummer', 'licensekey', 'lizenzschlussel'],
  customer,
  quantity: ['quantity', 'menge', 'productuomqty'],
  start: ['startdate', 'startdatum', 'datestart'],
  end: ['enddate', 'enddatum', 'dateend', 'expirationdate', 'ablaufdatum', 'date'],
  purchaseDate: ['orderdate', 'auftragsdatum', 'bestelldatum', 'dateorder'],
  cost: ['cost', 'kosten', 'pricesubtotal', 'amounttotal', 'total', 'gesamt'],
  currency: ['currency', 'wahrung', 'currencyid', 'currencyidname'],
  supplier: ['vendor', 'lieferant'],
  orderNumber: ['orderreference', 'auftragsreferenz', 'reference', 'referenz', 'code'],
  remarks: ['description', 'beschreibung', 'note', 'notes', 'notizen'],
};

const equipment: Record<string, readonly string[]> = {
  name: ['equipmentname', 'inventarbezeichnung', 'ausrustungsname', 'geratename', 'name', 'displayname', 'anzeigename'],
  serialNumber: ['serialnumber', 'seriennummer', 'serialno'],
  type: ['equipmentcategory', 'inventarkategorie', 'category', 'kategorie', 'categoryid', 'categoryidname'],
  model: ['model', 'modell'],
  location: ['location', 'lagerort', 'ort', 'standort', 'usedinlocation'],
  customer: ['customer', 'kunde'],
  inUseSign: ['assigneddate', 'zuweisungsdatum', 'assigndate', 'owner', 'besitzer', 'owneruserid', 'employeeid'],
  remarks: ['note', 'description', 'beschreibung', 'comments', 'notiz', 'notizen'],
};

const products: Record<string, readonly string[]> = {
  name: ['name', 'productname', 'produktname', 'product', 'produkt', 'displayname', 'anzeigename'],
  code: ['internalreference', 'internereferenz', 'defaultcode'],
  manufacturer: ['manufacturer', 'hersteller'],
  website: ['websiteurl', 'website'],
};

const customers: Record<string, readonly string[]> = {
  name: ['completename', 'displayname', 'anzeigename', 'vollstandigername', 'name'],
  number: ['reference', 'referenz', 'ref'],
  contact: ['email', 'phone', 'telefon'],
};

const users: Record<string, readonly string[]> = {
  name: ['name', 'displayname', 'anzeigename', 'employeename', 'mitarbeitername'],
  userName: ['login', 'benutzername'],
  email: ['email', 'workemail', 'geschaftlicheemail'],
};

/** Lists of Odoo. Its dates show their order, or whoever imports them says it. */
export const odoo: Profile = {
  columns: { keys, licenses, equipment, products, customers, users },
  ignored: [
    ...['id', 'externalid', 'externeid', 'createdon', 'erstelltam', 'createdate', 'lastupdatedon', 'writedate'],
    ...['zuletztaktualisiertam', 'maintenancecount', 'maintenanceopencount', 'qtyavailable', 'virtualavailable'],
    ...['quantityonhand', 'verfugbaremenge', 'forecastedquantity', 'prognostiziertemenge', 'image1920'],
  ],
};
