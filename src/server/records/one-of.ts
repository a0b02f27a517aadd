import { notFound, type ReadCtx } from '../context.ts';

/** Reads one record by what reads many. Refuses with not_found, in the same words, what is missing or outside the actor's customers. */
export function oneOf<Item>(
  word: string,
  readMany: (ctx: ReadCtx, ids: string[]) => Promise<Item[]>,
): (ctx: ReadCtx, id: string) => Promise<Item> {
  return async (ctx, id) => {
    const [found] = await readMany(ctx, [id]);
    if (!found) throw notFound(word);
    return found;
  };
}
