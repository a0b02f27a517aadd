import { importFields } from '../../../domain/import-fields.ts';
import type { ColumnRules, Place } from './column.ts';
import { personNames } from './column-names.ts';
import { plainName } from './column-words.ts';

const firstNames = new Set(personNames.firstName.map(plainName));
const lastNames = new Set([...personNames.lastName, 'name', 'nom', 'nome', 'naam', 'apellido'].map(plainName));

/** A first name and a last name beside each other are one person, also where the last name is called just "Name". */
export function withPersonNames(places: readonly Place[], { kind }: ColumnRules): Place[] {
  if (!('userName' in importFields[kind]) || 'firstName' in importFields[kind]) return [...places];
  const isFree = ({ target, isAsked, name }: Place): boolean =>
    target?.field === 'userName' ||
    (!isAsked && (target === undefined || (target?.field === 'productName' && plainName(name) === 'name')));
  const called = (names: ReadonlySet<string>) => (place: Place) => names.has(plainName(place.name)) && isFree(place);
  const [first, last] = [places.find(called(firstNames)), places.find(called(lastNames))];
  if (!first || !last) return [...places];
  if (places.some((place) => place !== first && place !== last && place.target?.field === 'userName'))
    return [...places];
  return places.map((place) => {
    if (place === last) return { ...place, target: null };
    return place === first ? { ...place, target: { field: 'userName', rank: 0 }, parts: [last.index] } : place;
  });
}
