import type { Endpoint } from '../../contract/endpoint.ts';
import type { ExportFormat } from '../../contract/exports.ts';
import type { Ctx } from '../context.ts';
import { parseList } from '../list/parse-list.ts';
import { type ListName, sources } from '../list/sources.ts';
import { readWhole } from '../list/whole-list.ts';
import { type Reply, type Route, route } from '../route.ts';
import { answerFile, detailsOf, wordsOf } from './answer-file.ts';
import { sheetOf } from './sheet.ts';

/** The route of a list's file: all rows of the list, with the list's own filters and sort. */
export function exportRoute(endpoint: Endpoint, name: ListName): Route {
  return route(endpoint, (ctx, { search }, reply) => exportList(ctx, name, endpoint, search, reply));
}

/**
 * Answers a list as a file: all rows of the request, as filtered and sorted, masked as in the list (X3). Recorded with
 * the names of the filters and the number of rows before anything leaves. The rows are read while the file is sent.
 */
async function exportList<Name extends ListName>(
  ctx: Ctx,
  name: Name,
  { list: spec, permission, alsoNeeds }: Endpoint,
  search: URLSearchParams,
  reply: Reply,
): Promise<ReadableStream<Uint8Array>> {
  const source = await sources[name](ctx);
  const request = parseList(spec ?? source.spec, search, source.attributes);
  const { columns: fields, format: asked, lang } = request.extra;
  // The contract's schemas have read these three.
  const format = (asked ?? 'csv') as ExportFormat;
  const choice = { fields: fields as string | undefined, pointer: '?columns' };
  const sheet = await sheetOf(ctx, name, wordsOf(ctx, lang), choice);
  const { total, pieces } = await readWhole(source, ctx.settings.timeZone, request);
  const details = detailsOf(ctx, { list: name, format, sheet, request, search, rows: total });
  await ctx.change(async () => ({
    result: {},
    audit: { action: 'export.completed', subject: `list:${name}`, details },
  }));
  const actions = [permission, alsoNeeds].filter((action) => action !== undefined && action !== 'public');
  return answerFile(ctx, details.fileName, { format, sheet, pieces, actions }, reply);
}
