import { type ExportFormat, exportFormats } from '../../contract/exports.ts';
import { wordsIn } from '../../domain/every-language.ts';
import type { Action } from '../../domain/permissions.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import type { Ctx, ReadCtx } from '../context.ts';
import { asAppError } from '../http/problem.ts';
import type { ListRequest } from '../list/parse-list.ts';
import { NoLongerAllowed } from '../people/acting.ts';
import type { Reply } from '../route.ts';
import { stillAllowed } from '../scope/still-allowed.ts';
import type { Cell } from './columns.ts';
import type { Sheet, SheetColumn } from './sheet.ts';
import { writeFile } from './write-file.ts';

/** The words of the language asked for, else of the organisation's. */
export function wordsOf({ settings }: ReadCtx, asked: unknown): Vocabulary {
  return wordsIn(asked ?? settings.locale);
}

type Exported = {
  list: string;
  format: ExportFormat;
  sheet: Sheet<never>;
  request: ListRequest;
  search: URLSearchParams;
  rows: number;
};

const ownParameters = ['format', 'columns', 'lang', 'sort'];

/** What the log says of an export: what was filtered by, but not for what, since people paste license keys anywhere. */
export function detailsOf(ctx: ReadCtx, { list, format, sheet, request, search, rows }: Exported) {
  return {
    list,
    fileName: `${list}-${ctx.today}.${format}`,
    format,
    language: sheet.words.language,
    columns: sheet.columns.map(({ field }) => field),
    filters: [...new Set(search.keys())].filter((name) => !ownParameters.includes(name)),
    sort: request.sort.map(({ field, descending }) => (descending ? '-' : '') + field).join(','),
    rows,
  };
}

type File<Item> = { format: ExportFormat; sheet: Sheet<Item>; pieces: AsyncIterable<Item[]>; actions: Action[] };

/**
 * Sends rows as a file under a name of letters, digits, dashes and one dot. It may take long: before each piece it is
 * asked whether the actor still may.
 */
export async function answerFile<Item>(
  ctx: Ctx,
  fileName: string,
  { format, sheet, pieces, actions }: File<Item>,
  reply: Reply,
): Promise<ReadableStream<Uint8Array>> {
  const stream = await writeFile(
    format,
    sheet,
    reported(ctx, fileName, rowsOf(allowed(ctx, actions, pieces), sheet.columns)),
  );
  reply.headers['content-type'] = format === 'csv' ? 'text/csv; charset=utf-8' : exportFormats[format];
  reply.headers['content-disposition'] = `attachment; filename="${fileName}"`;
  return stream;
}

async function* allowed<Item>(ctx: Ctx, actions: Action[], pieces: AsyncIterable<Item[]>): AsyncGenerator<Item[]> {
  for await (const piece of pieces) {
    await stillAllowed(ctx, ...actions);
    yield piece;
  }
}

async function* rowsOf<Item>(
  pieces: AsyncIterable<Item[]>,
  columns: readonly SheetColumn<Item>[],
): AsyncGenerator<Cell[]> {
  for await (const items of pieces) for (const item of items) yield columns.map(({ cell }) => cell(item));
}

/** The answer has begun when a part fails, so that it can only break off: the client sees an incomplete file, the log why. */
export async function* reported<Part>(ctx: Ctx, fileName: string, parts: AsyncIterable<Part>): AsyncGenerator<Part> {
  try {
    yield* parts;
  } catch (error) {
    const { requestId, app } = ctx;
    const { code } = asAppError(error);
    if (error instanceof NoLongerAllowed)
      app.log.warn({ requestId, method: 'export', path: fileName, code }, 'a file was broken off: no longer allowed');
    else app.reportBug(error, { requestId, method: 'export', path: fileName, code });
    throw error;
  }
}
