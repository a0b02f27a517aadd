/** What is counted where licenses are, as people write it behind a word for "number of", and before one where that is a compound. */
const counted = [
  {
    before: 'number of, no. of, nr of, # of, count of, quantity of, total, total number of, purchased, licensed',
    many: 'licenses, licences, seats, users, devices, installations, activations, computers, clients, machines, units, keys, PCs, workstations, extensions',
    one: 'license, licence, seat, user, device, installation, activation, computer, client, machine, unit, workstation',
    behind: 'count, quantity, qty',
  },
  {
    before: 'Anzahl, Anzahl der, Zahl der, gekaufte, erworbene',
    many: 'Lizenzen, Plätze, Sitze, Nutzer, Benutzer, User, Users, Anwender, Geräte, Clients, Rechner, Computer, PCs, Arbeitsplätze, Installationen, Aktivierungen, Keys, Schlüssel, Seats, Nebenstellen, Stück',
    one: 'Lizenz, Platz, Sitz, Nutzer, Benutzer, User, Anwender, Geräte, Client, Rechner, Arbeitsplatz, Installations, Aktivierungs',
    behind: 'anzahl, zahl, menge',
  },
  {
    before: "nombre de, nombre d', nb de, nb d', nb, nbre de, nbre d', nbre, n° de, n°, quantité de",
    many: 'licences, postes, sièges, utilisateurs, appareils, activations, installations',
  },
  {
    before: 'número de, núm. de, n.º de, nº de, n.º, nº, cantidad de',
    many: 'licencias, puestos, usuarios, equipos, dispositivos, activaciones, instalaciones',
  },
  {
    before: 'numero di, numero, num., n. di, n., n°, nr., quantità di, quantità',
    many: 'licenze, postazioni, posti, utenti, dispositivi, attivazioni, installazioni',
  },
  {
    before: 'aantal',
    many: 'licenties, plaatsen, werkplekken, gebruikers, apparaten, seats, stuks, activeringen, installaties',
  },
  { before: 'liczba, ilość', many: 'licencji, stanowisk, użytkowników, urządzeń, sztuk, aktywacji, instalacji' },
];

/** Names of columns that say how many licenses or seats there are: `Number of users`, `Lizenzmenge`, `Nb de postes`. */
export const countNames: readonly string[] = counted.flatMap(({ before, many, one = '', behind = '' }) => [
  ...pairs(before, many),
  ...pairs(one, behind),
]);

/** Names of columns that do so where their cells are numbers, and may be of something else where they are not. */
export const plainCounts: readonly string[] =
  'licenses, licences, users, devices, installations, licencias, licenze, licenties, licencje, Sitze, sièges, Arbeitsplätze, Installationen, computers, PCs, workstations, pcs, pieces, Stk, Stck, szt, Bestellmenge, Liefermenge, order quantity, qty ordered, ordered quantity, units purchased, Anzahl gekauft, Lizenzvolumen, Nebenstellen, extensions'.split(
    /, /,
  );

function pairs(first: string, second: string): string[] {
  if (first === '' || second === '') return [];
  return first.split(/, /).flatMap((one) => second.split(/, /).map((other) => `${one} ${other}`));
}
