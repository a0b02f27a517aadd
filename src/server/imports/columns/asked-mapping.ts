import { plainName } from './column-words.ts';

/** What a mapping says of the columns of a header, by their places from 0, and of all others; what fits nothing, by its number. */
export type AskedMapping = {
  fields: ReadonlyMap<number, string | null>;
  others: string | null | undefined;
  misfits: number[];
};

/** All columns that the mapping does not name otherwise. */
const allOthers = '*';

/**
 * Which columns a mapping means: by their names (all of that name), by their places (`#3`, or `3` where none is called so),
 * and `*` for all others.
 */
export function askedMapping(header: readonly string[], mapping: ReadonlyMap<string, string | null>): AskedMapping {
  const plain = header.map(plainName);
  const fields = new Map<number, string | null>();
  const misfits: number[] = [];
  for (const [i, [name, field]] of [...mapping].entries()) {
    if (name === allOthers) continue;
    const places = placesOf(plain, name);
    if (places.length === 0) misfits.push(i + 1);
    for (const place of places) fields.set(place, field);
  }
  return { fields, others: mapping.get(allOthers), misfits };
}

function placesOf(plain: readonly string[], name: string): number[] {
  const wanted = plainName(name);
  const named = plain.flatMap((own, index) => (own === wanted && own !== '' ? [index] : []));
  const place = /^#?(\d{1,3})$/.exec(name)?.[1];
  if (place === undefined || (named.length > 0 && !name.startsWith('#'))) return named;
  const index = Number(place) - 1;
  return index >= 0 && index < plain.length ? [index] : [];
}
