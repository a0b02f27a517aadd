import type { OutputOf, ParamsOf, QueryOf } from '../../../contract/endpoint.ts';
import type { getRejected } from '../../../contract/imports.ts';
import { AppError } from '../../../domain/errors.ts';
import { sheetColumn } from '../../../domain/import-fields.ts';
import type { Vocabulary } from '../../../domain/vocabulary.ts';
import { type Ctx, notFound } from '../../context.ts';
import { answerFile, wordsOf } from '../../exports/answer-file.ts';
import type { SheetColumn } from '../../exports/sheet.ts';
import type { Reply } from '../../route.ts';
import { isWithin } from '../../upkeep/own-clock.ts';
import { readImport } from '../run/import-queries.ts';
import type { RejectedRow } from './good-rows.ts';
import { keptRows } from './kept-rows.ts';
import { reasonsColumn, reasonsOf } from './rejected-file.ts';

type Input = { params: ParamsOf<typeof getRejected>; query: QueryOf<typeof getRejected> };

/** So long after an import the token that ran it gets them: one that is stolen opens no file of before. */
const tokenMs = 60 * 60_000;

/**
 * Answers the rows that an import left out, as they stood in its file, with what is wrong with each. They may hold license
 * keys: so they go back to whoever gave them and to nobody else, and that is recorded before any leaves.
 */
export async function exportRejected(
  ctx: Ctx,
  { params: { id }, query }: Input,
  reply: Reply,
): Promise<ReadableStream<Uint8Array> & OutputOf<typeof getRejected>> {
  const { kind, rejectedUntil } = await readImport(ctx, id);
  const kept = rejectedUntil === null ? undefined : await keptRows(ctx.db, ctx.app, id);
  if (!kept) throw notFound('file of rows that were left out');
  if (ctx.actor.kind === 'token' && !isWithin(kept.at, ctx.app.clock(), tokenMs))
    throw new AppError('forbidden', 'A token gets these rows within an hour of the import. Sign in for them.');
  const words = wordsOf(ctx, query.lang);
  const fileName = `rejected-${ctx.today}.csv`;
  const details = {
    ...{ list: kind, fileName, format: 'csv', language: words.language },
    ...{ rows: kept.rows.length, withLicenseKeys: true, import: id },
  };
  await ctx.change(async () => ({
    result: {},
    audit: { action: 'export.completed', subject: `import:${id}`, details },
  }));
  const sheet = { title: '', words, columns: columnsOf(kept.header, kept.rows, words) };
  const pieces = inOne(kept.rows);
  return answerFile(ctx, fileName, { format: 'csv', sheet, pieces, actions: ['imports.run'] }, reply);
}

/** Those of the file, the reasons, and behind them the cells that stand beside the header. */
function columnsOf(
  header: readonly string[],
  rows: readonly RejectedRow[],
  words: Vocabulary,
): SheetColumn<RejectedRow>[] {
  const widest = rows.reduce((most, { cells }) => Math.max(most, cells.length), header.length);
  const cellAt = (place: number) => (row: RejectedRow) => row.cells[place] ?? '';
  const beside = Array.from({ length: widest - header.length }, (_, i) => cellAt(header.length + i));
  return [
    ...header.map((name, place) => ({ field: `#${place + 1}`, header: headed(name, words), cell: cellAt(place) })),
    { field: 'reasons', header: reasonsColumn(words), cell: ({ errors }) => reasonsOf(errors, words) },
    ...beside.map((cell) => ({ field: 'beside', header: '', cell })),
  ];
}

/** Known by this name when it comes back. */
function headed(name: string, { imports }: Vocabulary): string {
  return name === sheetColumn ? imports.sheetColumn : name;
}

async function* inOne(rows: RejectedRow[]): AsyncGenerator<RejectedRow[]> {
  yield rows;
}
