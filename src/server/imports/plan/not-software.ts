import { foldText } from '../../../domain/fold.ts';
import type { PlannedRow } from './planned-row.ts';
import type { RowValues } from './row-values.ts';

const set = (...lists: string[]): ReadonlySet<string> => new Set(lists.flatMap((list) => foldText(list).split(' ')));

/** What stands on an invoice beside what was bought, whatever follows: `Versand DHL`, `Discount 10 %`. */
const beside = set(
  'shipping postage freight delivery handling discount rebate labour labor',
  'Versand Versandkosten Versandpauschale Versandkostenanteil Porto Fracht Frachtkosten Lieferkosten Verpackung Rabatt Skonto Nachlass Mindermengenzuschlag Anfahrt Anfahrtspauschale Fahrtkosten Fahrtpauschale Reisekosten Arbeitszeit Arbeitsstunden Arbeitslohn Dienstleistung Dienstleistungen',
  'livraison remise port expédition envío descuento portes spedizione sconto trasporto verzending verzendkosten korting wysyłka rabat dostawa przesyłka',
);
/** Work, which is named together with the others alone: `Support hours`, `Installation vor Ort`. */
const work = set(
  'hours hour hrs consulting training installation setup onsite',
  'Stunden Stunde Beratung Schulung Einrichtung Fernwartung Installationspauschale Technikerstunde Technikerstunden',
  'heures heure formation conseil horas hora formación ore ora formazione consulenza uren uur opleiding godziny szkolenie wdrożenie',
);
const others = set(
  'support service services remote on site and of per fee fees costs charge flat rate x',
  'und vor Ort pro je der die das für Pauschale Kosten Gebühr Gebühren Techniker Std',
  'de et sur y di e en van voor i',
);

const mostWords = 5;
const longest = 60;

/** Tells of a row without a license key that hardly names software; whether it does, only its author knows. */
export function tellService({ line, columnOf, warnings }: PlannedRow, { fields: { productName } }: RowValues): void {
  if (typeof productName !== 'string' || productName.length > longest || !isService(productName)) return;
  warnings.push({ line, column: columnOf('/productName'), ...service });
}

const service = {
  code: 'no_software',
  detail:
    'This reads as shipping, a discount or work, and not as software, and becomes a license all the same. If it is none, take the row out.',
};

function isService(text: string): boolean {
  const words = foldText(text)
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
  const [first = ''] = words;
  if (words.length > mostWords) return false;
  return (
    beside.has(first) ||
    (words.some((word) => work.has(word)) && words.every((word) => work.has(word) || others.has(word)))
  );
}
