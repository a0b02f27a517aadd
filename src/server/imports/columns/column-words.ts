import { foldText } from '../../../domain/fold.ts';
import { countNames } from './seat-words.ts';

/** What people call the columns of their own lists, in the languages they write them in, and what programs call theirs. */
const words = {
  licenseKey: {
    en: 'key, license key, licence key, product key, activation key, activation code, serial key, CD key, software key, license code, licence code, registration key, registration code',
    de: 'Lizenzschlüssel, Produktschlüssel, Produktkey, Aktivierungsschlüssel, Aktivierungscode, Schlüssel, Lizenzkey, Lizenzcode, Freischaltcode',
    fr: "clé, clé de licence, clé de produit, clé du produit, clé produit, clé d'activation, code d'activation",
    es: 'clave, clave de licencia, clave de producto, clave del producto, clave de activación, código de activación',
    it: 'chiave, chiave di licenza, chiave del prodotto, chiave prodotto, codice di attivazione, codice licenza',
    nl: 'sleutel, licentiesleutel, productsleutel, activeringscode, activatiecode, licentiecode',
    pl: 'klucz, klucz licencyjny, klucz licencji, klucz produktu, kod aktywacyjny, klucz aktywacyjny',
    programs: 'public license key',
  },
  serial: {
    en: 'serial, serial number, serial no, S/N, SN',
    de: 'Seriennummer, Seriennr, Serien-Nr',
    fr: 'numéro de série, n° de série',
    es: 'número de serie, n.º de serie',
    it: 'numero di serie, matricola, seriale',
    nl: 'serienummer',
    pl: 'numer seryjny, nr seryjny',
  },
  product: {
    en: 'product, feature, software, software product, product name, item, item name, license name, licence name, software name, application, application name, program',
    de: 'Softwareprodukt, Produkt, Produktname, Bezeichnung, Artikelbezeichnung, Lizenzname, Softwarename, Anwendung, Programm',
    fr: 'produit, nom du produit, logiciel, nom du logiciel',
    es: 'producto, nombre del producto, programa',
    it: 'prodotto, nome prodotto, programma',
    nl: 'productnaam, softwarenaam',
    pl: 'nazwa produktu, oprogramowanie, nazwa oprogramowania',
    programs: 'product title, windows version, Objektname, Objekttitel',
  },
  manufacturer: {
    en: 'manufacturer, publisher, vendor',
    de: 'Hersteller, Herausgeber',
    fr: 'éditeur, fabricant',
    es: 'fabricante, editor',
    it: 'produttore, editore',
    nl: 'fabrikant, uitgever',
    pl: 'producent, wydawca',
  },
  supplier: {
    en: 'supplier, reseller, distributor',
    de: 'Lieferant, Händler',
    fr: 'fournisseur, revendeur',
    es: 'proveedor, distribuidor',
    it: 'fornitore, rivenditore',
    nl: 'leverancier',
    pl: 'dostawca, sprzedawca',
  },
  seats: {
    en: 'seats, quantity, qty, count, number, activations, bought, units, volume, seats purchased, seats bought, quantity purchased, licenses purchased',
    de: 'Anzahl, Menge, Lizenzen, Aktivierungen, Plätze, Stück, Stückzahl, Volumen',
    fr: 'quantité, qté, postes',
    es: 'cantidad, puestos',
    it: 'quantità, qtà, postazioni',
    nl: 'aantal, hoeveelheid',
    pl: 'ilość, liczba',
    programs:
      'seats total, licenses total, activations available, usage limit, rights, max machines, max users, max uses',
  },
  start: {
    en: 'valid from, start, start date, validity start, validity from, term from, period from, license start, contract start',
    de: 'Gültig ab, Startdatum, Beginn, Laufzeitbeginn, von, Laufzeit von, Laufzeit ab, Gültig von, Lizenzbeginn, Vertragsbeginn',
    fr: 'début, date de début, valable à partir du',
    es: 'inicio, fecha de inicio, válido desde',
    it: 'inizio, data di inizio, valido dal',
    nl: 'begindatum, geldig vanaf',
    pl: 'data rozpoczęcia, ważny od, ważna od',
  },
  purchaseDate: {
    en: 'purchase date, purchased, date of purchase, order date',
    de: 'Kaufdatum, Einkaufsdatum, Bestelldatum, Gekauft am',
    fr: "date d'achat, date de commande",
    es: 'fecha de compra, fecha de pedido',
    it: 'data di acquisto, data acquisto, data ordine',
    nl: 'aankoopdatum, besteldatum',
    pl: 'data zakupu, data zamówienia',
  },
  end: {
    en: 'expires, expires on, expiry, expiry date, expiration, expiration date, valid until, valid to, validity end, end, end date, next renewal, renewal date, maintenance until, validity to, validity until, term to, term until, period to, license end, contract end, until',
    de: 'Ablaufdatum, Ablauf, Gültig bis, Laufzeitende, Enddatum, Ende, Läuft ab am, bis, Laufzeit bis, Lizenzende, Vertragsende',
    fr: "date d'expiration, expire le, fin, date de fin, valable jusqu'au, échéance, date d'échéance",
    es: 'caducidad, fecha de caducidad, vencimiento, fecha de vencimiento, fecha de fin, válido hasta',
    it: 'scadenza, data di scadenza, data di fine, valido fino al',
    nl: 'vervaldatum, geldig tot, verloopdatum',
    pl: 'data wygaśnięcia, data ważności, ważny do, ważna do, ważność do, data zakończenia',
    programs: 'validity',
  },
  keyType: {
    en: 'key type, license type, licence type, type',
    de: 'Lizenztyp, Lizenzart, Schlüsselart, Schlüsseltyp, Typ, Art',
    fr: 'type de licence, type de clé',
    es: 'tipo de licencia, tipo',
    it: 'tipo di licenza',
    nl: 'licentietype',
    pl: 'typ licencji, rodzaj licencji',
  },
  unit: {
    en: 'equipment, computer, computer name, hostname, host, device, device name, unit, machine, machine name, workstation, installed on',
    de: 'Gerät, Gerätename, Rechner, Rechnername, PC, Computername, Arbeitsplatz, Installiert auf',
    fr: "ordinateur, nom de l'ordinateur, poste, appareil, équipement",
    es: 'equipo, nombre del equipo, ordenador, dispositivo',
    it: 'nome computer, postazione',
    nl: 'apparaat, apparaatnaam, computernaam',
    pl: 'komputer, nazwa komputera, urządzenie',
  },
  assetTag: {
    en: 'asset tag, tag, asset number, inventory number',
    de: 'Inventarnummer, Inventarnr',
    fr: "numéro d'inventaire, n° d'inventaire",
    es: 'número de inventario',
    it: 'numero di inventario',
    nl: 'inventarisnummer',
    pl: 'numer inwentarzowy, nr inwentarzowy',
  },
  user: {
    en: 'user, user name, assigned to, assigned user, employee',
    de: 'Benutzer, Benutzername, Nutzer, Mitarbeiter, Zugewiesen an, Anwender',
    fr: "utilisateur, nom d'utilisateur, attribué à, affecté à, employé",
    es: 'usuario, nombre de usuario, asignado a, empleado',
    it: 'utente, nome utente, assegnato a, dipendente',
    nl: 'gebruiker, gebruikersnaam, toegewezen aan, medewerker',
    pl: 'użytkownik, nazwa użytkownika, przypisany do, pracownik',
  },
  customer: {
    en: 'customer, customer name, end customer, client, company, organization, organisation, Customer (sheet)',
    de: 'Kunde, Kd, Kundenname, Endkunde, Firma, Mandant, Unternehmen, Kunde (Tabellenblatt)',
    fr: 'société, entreprise, client final',
    es: 'cliente, cliente final, empresa, organización, compañía',
    it: 'azienda, società, organizzazione, cliente finale',
    nl: 'klant, klantnaam, eindklant, bedrijf, organisatie',
    pl: 'klient, klient końcowy, organizacja',
    programs: 'account name',
  },
  cost: {
    en: 'cost, price, purchase cost, purchase price, unit price, net price, unit price net, price ex VAT',
    de: 'Preis, Stückpreis, Einzelpreis, Kosten, Kaufpreis, Einkaufspreis, EK, EK netto, EK-Preis, Preis netto, Nettopreis, Stückpreis netto, Einzelpreis netto',
    fr: "prix, coût, prix d'achat, coût d'achat, prix unitaire",
    es: 'precio, coste, costo, precio de compra',
    it: 'prezzo, prezzo di acquisto',
    nl: 'prijs, aankoopprijs',
    pl: 'cena, koszt, cena zakupu',
  },
  currency: {
    en: 'currency',
    de: 'Währung',
    fr: 'devise',
    es: 'moneda, divisa',
    it: 'valuta',
    pl: 'waluta',
  },
  orderNumber: {
    en: 'order, order number, order no, purchase order, PO number',
    de: 'Bestellnummer, Bestellnr, Bestellung, Auftragsnummer',
    fr: 'numéro de commande, n° de commande',
    es: 'número de pedido, pedido',
    it: 'numero ordine, ordine',
    nl: 'ordernummer, bestelnummer',
    pl: 'numer zamówienia, nr zamówienia',
  },
  invoiceNumber: {
    en: 'invoice, invoice number, invoice no',
    de: 'Rechnungsnummer, Rechnungsnr, Rechnung, RG-Nr, Re-Nr',
    fr: 'facture, numéro de facture, n° de facture',
    es: 'factura, número de factura',
    it: 'fattura, numero fattura',
    nl: 'factuur, factuurnummer',
    pl: 'faktura, numer faktury, nr faktury',
  },
  costCenter: {
    en: 'cost center, cost centre',
    de: 'Kostenstelle',
    fr: 'centre de coûts, centre de coût',
    es: 'centro de coste, centro de costos',
    it: 'centro di costo',
    nl: 'kostenplaats',
    pl: 'centrum kosztów',
  },
  remarks: {
    en: 'notes, note, remarks, remark, other, comment, comments, description',
    de: 'Bemerkung, Bemerkungen, Notiz, Notizen, Sonstiges, Kommentar, Anmerkung, Beschreibung',
    fr: 'remarque, remarques, commentaire, commentaires',
    es: 'notas, observaciones, comentario, comentarios, descripción',
    it: 'osservazioni, commento, commenti, descrizione',
    nl: 'opmerking, opmerkingen, notities',
    pl: 'uwagi, notatki, komentarz, opis',
  },
  type: {
    en: 'type, category',
    de: 'Typ, Kategorie, Gerätetyp, Art',
    fr: 'catégorie',
    es: 'tipo, categoría',
    it: 'categoria',
    nl: 'categorie',
    pl: 'kategoria',
  },
  location: {
    en: 'location, site',
    de: 'Standort, Ort, Raum',
    fr: 'emplacement, lieu',
    es: 'ubicación',
    it: 'sede, posizione',
    nl: 'locatie',
    pl: 'lokalizacja',
  },
  appliedOn: {
    en: 'applied date, applied on, date, assigned on',
    de: 'Zugewiesen am, Datum',
    fr: 'attribué le',
    es: 'asignado el',
    it: 'assegnato il',
    nl: 'toegewezen op',
    pl: 'przypisano',
  },
  renewsItself: {
    en: 'auto renew, auto renewal, automatic renewal, renews automatically, recurring',
    de: 'Automatische Verlängerung, Verlängert sich automatisch, Autom. Verlängerung, Verlängerung automatisch',
    fr: 'renouvellement automatique',
    es: 'renovación automática',
    it: 'rinnovo automatico',
    nl: 'automatische verlenging',
    pl: 'automatyczne odnowienie',
  },
  code: {
    en: 'code, short name',
    de: 'Kürzel',
  },
  email: {
    en: 'email, e-mail, mail',
    de: 'E-Mail-Adresse',
    fr: 'courriel, adresse e-mail',
    es: 'correo electrónico',
    pl: 'adres e-mail',
    programs: 'user principal name',
  },
} as const;

export type Concept = keyof typeof words;

const lists = new Map(
  Object.entries(words).map(([concept, byLanguage]) => [
    concept,
    [...Object.values(byLanguage).flatMap((all) => all.split(/, /)), ...(concept === 'seats' ? countNames : [])],
  ]),
);

/** All names of columns of a concept. */
export function namesOf(concept: Concept): readonly string[] {
  return lists.get(concept) ?? [];
}

/** What stands for the name of whatever a list is about. */
const names = 'name, full name, friendly name, display name, title, Titel, nom, titre, nombre, nome, naam, nazwa'.split(
  /, /,
);

/** Whether a column is called just "name". */
export function isJustName(name: string): boolean {
  return justNames.has(plainName(name));
}

/** Programs name a column by its way there: "Lizenzzuweisung: Lizenzschlüssel - Anzahl", "Organization->Name", "company.name". */
const wayThere = /->|::|:\s|\s[-–>|]\s|\.(?=[a-z])/;

/** The end of such a name, or what stands before it where that is just "name"; undefined where a name is none. */
export function lastPart(name: string): string | undefined {
  const parts = name.split(wayThere);
  const [last = '', before] = parts.toReversed();
  return before !== undefined && !isJustName(last) ? last : before;
}

/** A column name without case, blanks, diacritics and punctuation. */
export function plainName(name: string): string {
  return foldText(name).replace(/[^\p{L}\p{N}]/gu, '');
}

/** A name as its plain forms, with umlauts and with two letters instead. */
export function plainForms(name: string): string[] {
  const spelledOut = name.replace(/[äöü]/gi, (letter) => `${letter}e`);
  return [plainName(name), plainName(spelledOut)];
}

const justNames = new Set(names.map(plainName));

const ofBlocks = new Set([...namesOf('customer'), ...namesOf('product'), ...namesOf('supplier')].flatMap(plainForms));

/** Whether a word begins a heading of a block of rows: whose they are, or of what. */
export function isOfBlocks(word: string): boolean {
  return ofBlocks.has(plainName(word));
}
