import type { Fault } from '../../../domain/errors.ts';
import { importFields } from '../../../domain/import-fields.ts';
import { takesNumbers } from '../plan/key-shapes.ts';
import { type ColumnRules, howToMap, mayHoldKeys, type Place, type Report, takesKeys } from './column.ts';
import { plainName } from './column-words.ts';
import { withCounted } from './counted-column.ts';
import { askCustomerGaps } from './customer-gaps.ts';
import { withFormerKey } from './former-keys.ts';
import { withPersonNames } from './person-columns.ts';
import { holdsKeys, holdsOurIds, type Sample, textsIn } from './sample.ts';
import { notFree, splitKey } from './split-keys.ts';
import { withUnitColumns } from './unit-columns.ts';

/**
 * Judges columns by their cells, whatever they are called, but for those that a mapping or our own file names: license keys
 * are the license key where no other column gives it, and go to no other field; ids of somebody else's are none of ours.
 */
export function judgeCells(places: readonly Place[], rules: ColumnRules, report: Report): Place[] {
  const { sample = [] } = rules;
  if (places.some(({ target }) => target?.field === 'id')) return [...places];
  const ours = places.map((place) => withoutForeignIds(place, rules, sample, report));
  const joined = withSplitKey(ours, rules, sample, report);
  const named = withPersonNames(withoutNames(joined, sample), rules);
  const aged = withFormerKey(named, rules, report);
  const judged = withUnitColumns(withCounted(aged, rules, report), rules, report);
  askCustomerGaps(judged, rules, report);
  let givesKey = judged.some(isKey);
  return judged.map((place) => {
    if (!mayHoldKeys(place) || !holdsKeys(sample, place.index, !isReadable(place, rules))) return place;
    if (givesKey || !takesKeys(rules) || isNumber(place, rules)) {
      report.refuse(place, looksLikeKeys(rules));
      return { ...place, target: null };
    }
    givesKey = true;
    report.tell(place, takenAsKey);
    return { ...place, target: { field: 'licenseKey', rank: 0 } };
  });
}

/** A profile may call its keys just "name": so it does where no other column has keys. */
function withoutNames(places: readonly Place[], sample: Sample): Place[] {
  const isName = (place: Place): boolean => isKey(place) && !place.isAsked && plainName(place.name) === 'name';
  if (
    !places.some(isName) ||
    !places.some((place) => !isName(place) && mayHoldKeys(place) && holdsKeys(sample, place.index))
  )
    return [...places];
  const isNamed = places.some(({ target }) => target?.field === 'productName');
  const product = isNamed ? undefined : { field: 'productName', rank: 0 };
  return places.map((place) => (isName(place) ? { ...place, target: product } : place));
}

const takenAsKey = {
  code: 'taken_as_key',
  detail: 'The cells of this column look like license keys, and are taken as such.',
};
const keyJoined = {
  code: 'key_joined',
  detail: 'This column and the next ones are one license key together, and are joined.',
};

function looksLikeKeys({ kind }: ColumnRules): Fault {
  const detail = `This looks like license keys, which must not be readable. ${howToMap(kind)} Of several columns of license keys each takes an import of its own.`;
  return { code: 'looks_like_keys', detail };
}

function isKey({ target }: Place): boolean {
  return target?.field === 'licenseKey';
}

/** Whether its cells would be kept as they are: others are read as days or numbers, or are what may look like a key by right. */
function isReadable({ target }: Place, { kind }: ColumnRules): boolean {
  const type = target ? importFields[kind][target.field] : 'remarks';
  return !takesNumbers(target?.field ?? '') && (type === 'text' || type === 'lines' || type === 'remarks');
}

/** Numbers that people give things may look like a license key: which of both it is, is asked. */
function isNumber({ target }: Place, { kind }: ColumnRules): boolean {
  const field = target?.field ?? '';
  return importFields[kind][field] === 'mark' || /Number$|^(?:code|number|costCenter)$/.test(field);
}

function withoutForeignIds(place: Place, { kind }: ColumnRules, sample: Sample, report: Report): Place {
  const { name, index, target, isAsked } = place;
  if (isAsked || !target?.field.endsWith('Id') || target.field === name) return place;
  if (textsIn(sample, index).length === 0 || holdsOurIds(sample, index)) return place;
  if (mayHoldKeys({ ...place, target: undefined }) && holdsKeys(sample, index)) return { ...place, target: undefined };
  const isKept = 'remarks' in importFields[kind];
  const where = isKept ? 'go to the remarks' : 'are left out';
  report.tell(place, { code: 'not_our_ids', detail: `These are not ids of Keybook. They ${where}.` });
  return { ...place, target: isKept ? { field: 'remarks', rank: 0 } : null };
}

/** The first of several columns that hold one license key together gives it; the others give nothing. */
function withSplitKey(places: readonly Place[], rules: ColumnRules, sample: Sample, report: Report): Place[] {
  const isFree = (place: Place): boolean => isKey(place) || (!place.isAsked && place.target === undefined);
  const [first, ...parts] =
    splitKey(
      places.map((place) => (isFree(place) ? place.name : notFree)),
      sample,
    ) ?? [];
  if (first === undefined || !takesKeys(rules)) return [...places];
  const isOther = (place: Place): boolean => isKey(place) && place.index !== first && !parts.includes(place.index);
  if (places.some(isOther)) {
    // What is left of them would be readable.
    for (const place of places.filter(({ index }) => index === first)) report.refuse(place, looksLikeKeys(rules));
    return [...places];
  }
  return places.map((place) => {
    if (parts.includes(place.index)) return { ...place, target: null };
    if (place.index !== first) return place;
    report.tell(place, keyJoined);
    return { ...place, target: { field: 'licenseKey', rank: 0 }, parts };
  });
}
