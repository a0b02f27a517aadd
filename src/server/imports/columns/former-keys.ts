import { foldText } from '../../../domain/fold.ts';
import { type ColumnRules, mayHoldKeys, type Place, type Report, takesKeys } from './column.ts';
import { namesOf, plainName } from './column-words.ts';
import { holdsKeys } from './sample.ts';

/** What tells the two license keys of a list of renewals apart. */
const ages = {
  former:
    'alt alte alter altes alten old former previous prior bisher bisherige bisheriger bisherigen vorherige vorheriger vorherigen ancien ancienne precedent precedente anterior antiguo antigua viejo vieja vecchio vecchia oud oude vorige stary stara stare poprzedni poprzednia',
  newer:
    'neu neue neuer neues neuen new current aktuell aktuelle aktueller aktuellen nouveau nouvelle actuel actuelle nuevo nueva actual nuovo nuova attuale nieuw nieuwe nowy nowa nowe renewed erneuert erneuerte',
};

const former = new Set(ages.former.split(' '));
const newer = new Set(ages.newer.split(' '));
const keyNames = new Set(namesOf('licenseKey').map(plainName));

type Aged = { place: Place; age: number };

/**
 * Of several columns of license keys that are called old and new, the newest gives the license key; the one before it is the
 * former, which a row without a newer one still has. Where that leaves a doubt, the columns stay as they are, and are asked about.
 */
export function withFormerKey(places: readonly Place[], rules: ColumnRules, report: Report): Place[] {
  if (!takesKeys(rules)) return [...places];
  const aged = places.flatMap((place) => agedKey(place, rules)).toSorted((one, other) => one.age - other.age);
  const [first, second, ...more] = aged;
  if (!first || !second || more.length > 0 || first.age === second.age) return [...places];
  if (places.some((place) => place.isAsked && place.target?.field === 'licenseKey')) return [...places];
  report.tell(second.place, isFormer);
  return places.map((place) => {
    if (place === first.place) return { ...place, target: { field: 'licenseKey', rank: 0 } };
    return place === second.place ? { ...place, target: { field: 'formerKey', rank: 0 } } : place;
  });
}

const isFormer = {
  code: 'former_keys',
  detail:
    'These are former license keys. They are taken only where a row has no newer one, and left out of all others.',
};

/** A column of license keys, by its name or its cells, with how new they are by its name. */
function agedKey(place: Place, { sample = [] }: ColumnRules): Aged[] {
  const { name, index, target, isAsked } = place;
  const words = foldText(name).split(/[^\p{L}]+/u);
  const age = words.some((word) => newer.has(word)) ? 0 : words.some((word) => former.has(word)) ? 2 : 1;
  const bare = words.filter((word) => !newer.has(word) && !former.has(word)).join('');
  if (isAsked || target === null) return [];
  const isNamed = target?.field === 'licenseKey' || (target === undefined && keyNames.has(bare));
  return isNamed || (mayHoldKeys(place) && holdsKeys(sample, index)) ? [{ place, age }] : [];
}
