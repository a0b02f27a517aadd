import { othersTurn } from '../../db/others-turn.ts';
import { longRead, withPatience } from '../../db/patience.ts';
import type { ListRequest } from './parse-list.ts';
import { countRows, itemsInOrder, type ListSource, pageOfIds, whereOf } from './run-list.ts';

/** Ids of one statement: few enough to hold, many enough that an order without an index is not sorted too often. */
const idsAtOnce = 10_000;
/** Items read in one go: some ten milliseconds, after which other requests have their turn. */
const itemsAtOnce = 250;

/** All rows of a list: how many there are now, and their items piece by piece. */
export type WholeList<Item> = { total: number; pieces: AsyncIterable<Item[]> };

/**
 * Reads every row a request asks for, in its order, in pieces that can be left early. The first ids are read before it
 * returns, so a request that fails does so here. What others write meanwhile: a row is read as it is when its turn
 * comes, a deleted one is left out, a new one is in it only if it sorts behind those already read.
 */
export async function readWhole<Item>(
  source: ListSource<Item>,
  timeZone: string,
  request: ListRequest,
): Promise<WholeList<Item>> {
  const where = await whereOf(source, timeZone, request);
  // A piece is read when the client takes it, in nobody's context: each asks for its patience itself.
  const pageAt = (cursor: string | undefined) =>
    longRead('work', () => pageOfIds(source, where, { ...request, cursor, offset: 0, limit: idsAtOnce }));
  const total = await longRead('work', () => countRows(source, where));
  const first = await pageAt(undefined);
  async function* pieces(): AsyncGenerator<Item[]> {
    for (let page = first; ; page = await pageAt(page.nextCursor)) {
      for await (const piece of inPieces(page.ids, (ids) => itemsInOrder(source, ids))) yield piece;
      if (page.nextCursor === null) return;
    }
  }
  return { total, pieces: pieces() };
}

/** Reads things by their ids, some hundred at a time; others have their turn in between. */
export async function* inPieces<Item>(
  ids: readonly string[],
  read: (ids: string[]) => Promise<Item[]>,
): AsyncGenerator<Item[]> {
  const turn = othersTurn(1);
  for (let from = 0; from < ids.length; from += itemsAtOnce) {
    yield await withPatience('work', () => read(ids.slice(from, from + itemsAtOnce)));
    await turn();
  }
}
