/** A list as it was last looked at: what it was asked for, and the places of its records that are known. */
type LastList = { query: Record<string, string>; places: Map<string, number> };

/** By the list's name, and for as long as the page lives: an address that is copied shows a record, not a list. */
const lists = new Map<string, LastList>();

/** Remembers where records stand in a list that is looked at; `first` is the place of the first, from 0. */
export function rememberPlaces(name: string, query: Record<string, string>, first: number, ids: string[]): void {
  const known = lists.get(name);
  const isSame = known !== undefined && JSON.stringify(known.query) === JSON.stringify(query);
  const places = isSame ? known.places : new Map<string, number>();
  for (const [i, id] of ids.entries()) places.set(id, first + i);
  lists.set(name, { query, places });
}

export function forgetPlaces(name: string): void {
  lists.delete(name);
}

/** Where a record stands in the list that was last looked at, if it does. */
export function lastPlace(name: string, id: string): { query: Record<string, string>; at: number } | undefined {
  const list = lists.get(name);
  const at = list?.places.get(id);
  return list && at !== undefined ? { query: list.query, at } : undefined;
}
