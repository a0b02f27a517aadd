/** Adds to a list what may be very many: as arguments of one call (`push(...more)`) a hundred thousand are too many. */
export function append<Item>(list: Item[], more: Iterable<Item>): void {
  for (const item of more) list.push(item);
}

/** The greatest of numbers that may be very many; `least` where there are none, or all are less. */
export function greatest(numbers: Iterable<number>, least = Number.NEGATIVE_INFINITY): number {
  let most = least;
  for (const number of numbers) most = Math.max(most, number);
  return most;
}
