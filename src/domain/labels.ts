import type { Language } from './languages.ts';

type Words = Record<Language, string>;

/** What a label is about: some fields are called differently on different records. */
export type LabelledRecord =
  | 'key'
  | 'assignment'
  | 'equipment'
  | 'product'
  | 'license'
  | 'customer'
  | 'user'
  | 'auditEntry';

const titles: Record<LabelledRecord, Words> = {
  key: { en: 'Software Keys', de: 'Softwareschlüssel' },
  assignment: { en: 'Equipment Features', de: 'Gerätezuweisungen' },
  equipment: { en: 'Equipment', de: 'Geräte' },
  product: { en: 'Features', de: 'Softwareprodukte' },
  license: { en: 'Software Licenses', de: 'Softwarelizenzen' },
  customer: { en: 'Customers', de: 'Kunden' },
  user: { en: 'Users', de: 'Benutzer' },
  auditEntry: { en: 'Audit Logs', de: 'Prüfprotokoll' },
};

const fields = {
  id: { en: 'Internal ID', de: 'Interne ID' },
  version: { en: 'Version', de: 'Version' },
  licenseKey: { en: 'License Key', de: 'Lizenzschlüssel' },
  maskedKey: { en: 'License Key (masked)', de: 'Lizenzschlüssel (maskiert)' },
  product: { en: 'Feature', de: 'Softwareprodukt' },
  productId: { en: 'Feature ID', de: 'Softwareprodukt-ID' },
  keyId: { en: 'Software Key ID', de: 'Softwareschlüssel-ID' },
  keyType: { en: 'Key Type', de: 'Schlüsselart' },
  status: { en: 'Status', de: 'Status' },
  inUse: { en: 'In Use', de: 'In Gebrauch' },
  notYetValid: { en: 'Not Yet Valid', de: 'Noch nicht gültig' },
  validityStart: { en: 'Validity Start', de: 'Gültig ab' },
  validityEnd: { en: 'Validity End', de: 'Gültig bis' },
  seats: { en: 'Seats', de: 'Plätze' },
  seatsTaken: { en: 'Seats Taken', de: 'Belegte Plätze' },
  seat: { en: 'Seat', de: 'Platz' },
  code: { en: 'Code', de: 'Kürzel' },
  serialNumber: { en: 'Serial', de: 'Seriennummer' },
  activationDate: { en: 'Activation Date', de: 'Aktivierungsdatum' },
  userName: { en: 'User Name', de: 'Benutzername' },
  license: { en: 'Associated License', de: 'Zugehörige Lizenz' },
  licenseId: { en: 'Associated License ID', de: 'ID der zugehörigen Lizenz' },
  remarks: { en: 'Remarks', de: 'Bemerkungen' },
  purchaseDate: { en: 'Purchase Date', de: 'Kaufdatum' },
  termsOfUse: { en: 'Terms of Use', de: 'Nutzungsbedingungen' },
  equipment: { en: 'Equipment', de: 'Gerät' },
  equipmentId: { en: 'Equipment ID', de: 'Geräte-ID' },
  customer: { en: 'Customer', de: 'Kunde' },
  customerId: { en: 'Customer ID', de: 'Kunden-ID' },
  createdAt: { en: 'Created', de: 'Angelegt' },
  appliedOn: { en: 'Applied Date', de: 'Zugewiesen am' },
  appliedAt: { en: 'Recorded', de: 'Erfasst' },
  appliedBy: { en: 'Applied By', de: 'Zugewiesen von' },
  removedOn: { en: 'Removed Date', de: 'Entfernt am' },
  removedBy: { en: 'Removed By', de: 'Entfernt von' },
  name: { en: 'Name', de: 'Name' },
  assetTag: { en: 'Asset Tag', de: 'Inventarnummer' },
  type: { en: 'Type', de: 'Typ' },
  manufacturer: { en: 'Manufacturer', de: 'Hersteller' },
  model: { en: 'Model', de: 'Modell' },
  location: { en: 'Location', de: 'Standort' },
  keyCount: { en: 'Software Keys', de: 'Softwareschlüssel' },
  freeKeyCount: { en: 'Free Keys', de: 'Freie Schlüssel' },
  licenseCount: { en: 'Software Licenses', de: 'Softwarelizenzen' },
  website: { en: 'Website', de: 'Website' },
  archived: { en: 'Archived', de: 'Archiviert' },
  quantity: { en: 'Quantity', de: 'Anzahl' },
  start: { en: 'Start', de: 'Beginn' },
  end: { en: 'End', de: 'Ende' },
  cost: { en: 'Cost', de: 'Kosten' },
  currency: { en: 'Currency', de: 'Währung' },
  supplier: { en: 'Supplier', de: 'Lieferant' },
  orderNumber: { en: 'Order Number', de: 'Bestellnummer' },
  invoiceNumber: { en: 'Invoice Number', de: 'Rechnungsnummer' },
  costCenter: { en: 'Cost Center', de: 'Kostenstelle' },
  barcode: { en: 'Barcode', de: 'Barcode' },
  keyed: { en: 'Keyed', de: 'Mit Schlüssel' },
  taken: { en: 'Taken', de: 'Belegt' },
  free: { en: 'Free', de: 'Frei' },
  unusedSince: { en: 'Unused Since', de: 'Ungenutzt seit' },
  number: { en: 'Number', de: 'Nummer' },
  contact: { en: 'Contact', de: 'Kontakt' },
  isHouse: { en: 'Own Organization', de: 'Eigene Organisation' },
  email: { en: 'E-mail', de: 'E-Mail' },
  role: { en: 'Role', de: 'Rolle' },
  customerIds: { en: 'Customer IDs', de: 'Kunden-IDs' },
  locale: { en: 'Language', de: 'Sprache' },
  disabled: { en: 'Disabled', de: 'Gesperrt' },
  idx: { en: 'Entry', de: 'Eintrag' },
  at: { en: 'Action Date', de: 'Zeitpunkt' },
  group: { en: 'Group', de: 'Gruppe' },
  action: { en: 'Action', de: 'Aktion' },
  sentence: { en: 'Description', de: 'Beschreibung' },
  actor: { en: 'User', de: 'Benutzer' },
  actorId: { en: 'User ID', de: 'Benutzer-ID' },
  subject: { en: 'Record', de: 'Datensatz' },
  details: { en: 'Details', de: 'Einzelheiten' },
  erased: { en: 'Erased by Entry', de: 'Gelöscht durch Eintrag' },
} satisfies Record<string, Words>;

export type LabelledField = keyof typeof fields;

const ownFields: Partial<Record<LabelledRecord, Partial<Record<LabelledField, Words>>>> = {
  key: { remarks: { en: 'Other', de: 'Sonstiges' } },
};

const values = {
  yesNo: { true: { en: 'Yes', de: 'Ja' }, false: { en: 'No', de: 'Nein' } },
  keyType: {
    permanent: { en: 'Permanent', de: 'Unbefristet' },
    subscription: { en: 'Subscription', de: 'Abonnement' },
    trial: { en: 'Trial', de: 'Testversion' },
    timeLimited: { en: 'Time-Limited', de: 'Befristet' },
  },
  keyStatus: {
    available: { en: 'Available', de: 'Verfügbar' },
    applied: { en: 'Applied', de: 'Zugewiesen' },
    expired: { en: 'Expired', de: 'Abgelaufen' },
    revoked: { en: 'Revoked', de: 'Widerrufen' },
  },
  equipmentStatus: {
    inStock: { en: 'In Stock', de: 'Auf Lager' },
    inService: { en: 'In Service', de: 'In Betrieb' },
    returned: { en: 'Returned', de: 'Zurückgegeben' },
    retired: { en: 'Retired', de: 'Ausgemustert' },
  },
  role: {
    administrator: { en: 'Administrator', de: 'Administrator' },
    technician: { en: 'Technician', de: 'Techniker' },
    auditor: { en: 'Auditor', de: 'Prüfer' },
  },
  all: { all: { en: 'All', de: 'Alle' } },
  auditGroup: {
    created: { en: 'Created', de: 'Angelegt' },
    applied: { en: 'Applied', de: 'Zugewiesen' },
    revoked: { en: 'Revoked', de: 'Widerrufen' },
    expired: { en: 'Expired', de: 'Abgelaufen' },
    other: { en: 'Other', de: 'Sonstige' },
  },
} satisfies Record<string, Record<string, Words>>;

type Values = typeof values;

/** What a list of such records is called. */
export function titleOf(record: LabelledRecord, language: Language): string {
  return titles[record][language];
}

/** Whether a field has a label of its own. */
export function isLabelled(field: string): field is LabelledField {
  return Object.hasOwn(fields, field);
}

/** What a field is called on a screen and at the head of a column. Attributes bring their own labels. */
export function labelOf(field: LabelledField, record: LabelledRecord, language: Language): string {
  return (ownFields[record]?.[field] ?? fields[field])[language];
}

/** What a value of a closed list is called. */
export function valueLabel<Kind extends keyof Values>(
  kind: Kind,
  value: keyof Values[Kind] & string,
  language: Language,
): string {
  const known: Record<string, Words> = values[kind];
  // The type lets only names of the list in.
  return (known[value] as Words)[language];
}
