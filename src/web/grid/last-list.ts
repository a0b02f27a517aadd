/** A list as it was last looked at: its address, what it was asked for, and the places of its records that are known. */
type LastList = { search: string; query: Record<string, string>; places: [id: string, place: number][] };

const mostPlaces = 1000;
const keyOf = (name: string): string => `keybook.list.${name}`;

/** By the list's name, and for as long as the tab lives: an address that is copied shows a record, not a list. */
function lastList(name: string): LastList | undefined {
  const stored = sessionStorage.getItem(keyOf(name));
  // Written below.
  return stored === null ? undefined : (JSON.parse(stored) as LastList);
}

function remember(name: string, list: LastList): void {
  sessionStorage.setItem(keyOf(name), JSON.stringify({ ...list, places: list.places.slice(-mostPlaces) }));
}

/** Remembers where records stand in a list that is looked at; `first` is the place of the first, from 0. */
export function rememberPlaces(name: string, query: Record<string, string>, first: number, ids: string[]): void {
  const known = lastList(name);
  const isSame = JSON.stringify(known?.query) === JSON.stringify(query);
  const before = isSame ? (known?.places ?? []).filter(([id]) => !ids.includes(id)) : [];
  const places = [...before, ...ids.map((id, i): [string, number] => [id, first + i])];
  remember(name, { search: known?.search ?? '', query, places });
}

/** Remembers the address of a list that is looked at, and forgets where its records stand. */
export function rememberList(name: string, search: string, query: Record<string, string>): void {
  const known = lastList(name);
  const isSame = JSON.stringify(known?.query) === JSON.stringify(query);
  remember(name, { search, query, places: isSame ? (known?.places ?? []) : [] });
}

/** The list that was last looked at, as an address: with its filters, order and page. */
export function lastAddress(name: string): string {
  return `/${name}${lastList(name)?.search ?? ''}`;
}

/** Where a record stands in the list that was last looked at, if it does. */
export function lastPlace(name: string, id: string): { query: Record<string, string>; at: number } | undefined {
  const list = lastList(name);
  const at = list?.places.find(([known]) => known === id)?.[1];
  return list && at !== undefined ? { query: list.query, at } : undefined;
}
