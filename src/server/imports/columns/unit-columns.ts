import type { ColumnRules, Place, Report } from './column.ts';
import { lastPart, namesOf, plainForms, plainName } from './column-words.ts';

const named = (names: string): ReadonlySet<string> => new Set(names.split(', ').map(plainName));

const models = named(
  'model, device model, Modell, Gerätemodell, Modellbezeichnung, modèle, modelo, modello, model urządzenia',
);
const makers = named(
  'device manufacturer, hardware manufacturer, computer manufacturer, Gerätehersteller, Hardwarehersteller, PC-Hersteller, fabricant du poste, fabricante del equipo',
);
/** What lists call units together. */
const units = new Set(['hardware', 'Geräte', 'devices', ...namesOf('unit')].flatMap(plainForms));
/** What else lists say of units, which stands in the remarks. */
const others = named(
  'type, category, location, site, CPU, RAM, OS, operating system, Typ, Kategorie, Gerätetyp, Standort, Ort, Raum, Prozessor, Betriebssystem, Speicher',
);

/**
 * In a list of software with units, a column of models is theirs, and so is one of manufacturers that stands among their columns
 * and not beside the product or its key.
 */
export function withUnitColumns(places: readonly Place[], { kind }: ColumnRules, report: Report): Place[] {
  if (kind !== 'software' || !places.some(({ target }) => target?.field === 'equipment')) return [...places];
  const known = places.map((place) => (place.target === undefined ? byName(place) : place));
  return known.map((place, i) => {
    const beside = [known[i - 1], known[i + 1]];
    const group = groupOf(place);
    const isAmong = group ? units.has(group) : beside.some(isOfUnit) && !beside.some(isOfProduct);
    if (place.isAsked || place.target?.field !== 'manufacturer' || !isAmong) return place;
    report.tell(place, ofUnit);
    return { ...place, target: { field: 'equipmentManufacturer', rank: 0 } };
  });
}

const ofUnit = {
  code: 'manufacturer_of_unit',
  detail: 'This column stands among those of the equipment, and is taken as the manufacturer of the unit.',
};

/** What stands above the name in a header of two rows, as it is compared. */
function groupOf({ name }: Place): string | undefined {
  const at = name.indexOf(': ');
  return at < 0 ? undefined : plainName(name.slice(0, at));
}

function byName(place: Place): Place {
  const plain = plainName(lastPart(place.name) ?? place.name);
  const field = models.has(plain) ? 'equipmentModel' : makers.has(plain) ? 'equipmentManufacturer' : undefined;
  return field === undefined ? place : { ...place, target: { field, rank: 0 } };
}

function isOfUnit(place: Place | undefined): boolean {
  if (!place) return false;
  return (
    /^(?:equipment(?:Model|Manufacturer)?|serialNumber)$/.test(place.target?.field ?? '') ||
    others.has(plainName(place.name))
  );
}

function isOfProduct(place: Place | undefined): boolean {
  return /^(?:productName|licenseKey)$/.test(place?.target?.field ?? '');
}
