/** Chance that comes out the same in every run. */
export type Seeded = {
  /** A whole number from `from` to `to`, both included. */
  int: (from: number, to: number) => number;
  /** True so many times in one. */
  chance: (share: number) => boolean;
  pick: <Item>(list: readonly Item[]) => Item;
  /** One of them, and none where there is none. */
  pickAny: <Item>(list: readonly Item[]) => Item | undefined;
  /** So many characters of an alphabet. */
  text: (alphabet: string, length: number) => string;
};

/** The generator "mulberry32" (Tommy Ettinger, public domain). Believable, not secret: nothing real hangs on it. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const pickAny = <Item>(list: readonly Item[]) => list[int(0, list.length - 1)];
  const pick = <Item>(list: readonly Item[]): Item => {
    if (list.length === 0) throw new Error('nothing to pick from');
    // The list has at least one, and the index lies within it.
    return pickAny(list) as Item;
  };
  return {
    int,
    chance: (share) => next() < share,
    pick,
    pickAny,
    text: (alphabet, length) => Array.from({ length }, () => alphabet[int(0, alphabet.length - 1)]).join(''),
  };
}
