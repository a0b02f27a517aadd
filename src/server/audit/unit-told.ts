/** What a unit is found by. */
export type Marks = { name: string; serialNumber: string; assetTag: string };

/** What the log tells of a unit up to an entry; no marks where one of its entries tells nothing. */
export type UnitTold = { idx: number; customerId: string | null; marks: Marks | undefined };

const mostRemembered = 10_000;

/** Remembers a unit as far as its entries were read, so that no entry is read twice; of very many those asked for last. */
export function rememberUnit(units: Map<string, UnitTold>, subject: string, told: UnitTold): void {
  units.delete(subject);
  units.set(subject, told);
  const [oldest] = units.keys();
  if (units.size > mostRemembered && oldest !== undefined) units.delete(oldest);
}
