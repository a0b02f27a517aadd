import { othersTurn } from '../../../db/others-turn.ts';

/**
 * The same pieces, each in a turn of its own: a reader has them at once, and would otherwise serve nobody else before the end
 * of a file whose rows are all empty.
 */
export async function* inTurns<Piece>(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  const turn = othersTurn(1);
  for (const piece of pieces) {
    await turn();
    yield piece;
  }
}
