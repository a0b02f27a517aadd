import type { ReadCtx } from '../context.ts';
import { parseList } from './parse-list.ts';
import { type ListAnswer, type ListSource, runList } from './run-list.ts';

/** Answers a list request as it stands in the query. */
export function listPage<Item>(
  ctx: ReadCtx,
  source: ListSource<Item>,
  query: URLSearchParams,
): Promise<ListAnswer<Item>> {
  return runList(source, ctx.settings.timeZone, parseList(source.spec, query, source.attributes));
}
