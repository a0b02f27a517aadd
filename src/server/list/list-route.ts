import type { Endpoint, OutputOf } from '../../contract/endpoint.ts';
import type { ReadCtx } from '../context.ts';
import { type Route, route } from '../route.ts';
import { listPage } from './list-page.ts';
import type { ListAnswer, ListSource } from './run-list.ts';

type ListedBy<E> = OutputOf<E> extends { items?: (infer Item)[] | undefined } ? Item : never;

/** The route of a list, which is made of its source, as the list's file is. */
export function listRoute<E extends Endpoint>(
  endpoint: E,
  source: (ctx: ReadCtx) => Promise<ListSource<ListedBy<E>>>,
): Route {
  const answered: Endpoint = endpoint;
  return route(
    answered,
    async (ctx, { search }): Promise<ListAnswer<ListedBy<E>>> => listPage(ctx, await source(ctx), search),
  );
}
