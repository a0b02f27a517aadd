import { importFields } from '../../../domain/import-fields.ts';
import type { ColumnRules, Place } from './column.ts';
import { personNames } from './column-names.ts';
import { isJustName, plainName } from './column-words.ts';
import type { Sample } from './sample.ts';

const firstNames = new Set([...personNames.firstName, 'nombre de pila'].map(plainName));
const lastNames = new Set([...personNames.lastName, 'apellido'].map(plainName));
/** Which of the two it is, the other one says. */
const eitherName = new Set(['name', 'nom', 'nombre', 'nome', 'naam']);

type Halves = { first: Place; last: Place };

/**
 * A first name and a last name beside each other are one person, also where either is called just "Name", which then names no
 * product.
 */
export function withPersonNames(places: readonly Place[], { kind, sample = [] }: ColumnRules): Place[] {
  const halves = 'userName' in importFields[kind] ? halvesOf(places) : undefined;
  if (!halves) return [...places];
  const { first, last } = halves;
  if ('firstName' in importFields[kind]) return asHalves(places, halves, sample);
  const isOther = (place: Place): boolean => place !== first && place !== last;
  const isNamed = places.some((place) => isOther(place) && place.target?.field === 'userName');
  // Beside who has it already, and where one of the two is the whole name, the halves are only noted.
  if (isNamed || isWhole(halves, sample))
    return places.map((place) => {
      if (isOther(place) || place.isAsked) return place;
      return { ...place, target: isNamed || place === first ? undefined : person };
    });
  return places.map((place) => {
    if (place === last) return { ...place, target: null };
    return place === first ? { ...place, target: person, parts: [last.index] } : place;
  });
}

const person = { field: 'userName', rank: 0 };

function halvesOf(places: readonly Place[]): Halves | undefined {
  const called = (names: ReadonlySet<string>) =>
    places.find((place) => names.has(plainName(place.name)) && isFree(place));
  const either = called(eitherName);
  const [first, last] = [called(firstNames), called(lastNames)];
  if (first && last) return { first, last };
  if (!either) return undefined;
  return first ? { first, last: either } : last && { first: either, last };
}

function isFree({ target, isAsked, name }: Place): boolean {
  if (/^(?:userName|firstName|lastName)$/.test(target?.field ?? '')) return true;
  const isName = target?.field === 'productName' || target?.field === 'name';
  return !isAsked && (target === undefined || (isName && isJustName(name)));
}

/** Whether the column of last names has the first ones too. */
function isWhole({ first, last }: Halves, sample: Sample): boolean {
  const rows = sample.map(({ cells }) => [first, last].map(({ index }) => (cells[index] ?? '').trim().toLowerCase()));
  const said = rows.filter(([given = '', name = '']) => given !== '' && name !== '');
  return (
    said.length > 0 && said.every(([given = '', name = '']) => name !== given && name.split(/[\s,]+/).includes(given))
  );
}

/** In a list of persons the halves are fields of their own. */
function asHalves(places: readonly Place[], halves: Halves, sample: Sample): Place[] {
  if (isWhole(halves, sample)) return [...places];
  return places.map((place) => {
    if (place.isAsked || (place !== halves.first && place !== halves.last)) return place;
    return { ...place, target: { field: place === halves.first ? 'firstName' : 'lastName', rank: 0 } };
  });
}
