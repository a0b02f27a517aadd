import { setImmediate } from 'node:timers/promises';

/**
 * The same pieces, each in a turn of its own: a reader has them at once, and would otherwise serve nobody else before the end
 * of a file whose rows are all empty.
 */
export async function* inTurns<Piece>(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  for (const piece of pieces) {
    await setImmediate();
    yield piece;
  }
}
