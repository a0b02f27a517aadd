import { sql } from 'kysely';
import type { BodyOf } from '../../contract/endpoint.ts';
import { exportKeyTexts as contract } from '../../contract/exports.ts';
import { keyList } from '../../contract/keys.ts';
import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { append } from '../../domain/append.ts';
import { AppError } from '../../domain/errors.ts';
import { labelOf, valueLabel } from '../../domain/labels.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import { changeIfAny } from '../change-if-any.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { type HeldBack, keysHeldBack, recordHeldBack } from '../keys/held-back.ts';
import { type Key, keySource, readKeysInOrder } from '../keys/key-queries.ts';
import { openText } from '../keys/open-text.ts';
import { parseList } from '../list/parse-list.ts';
import { pageOfIds, whereOf } from '../list/run-list.ts';
import { inPieces } from '../list/whole-list.ts';
import type { Reply } from '../route.ts';
import { keyRevealable } from '../scope/scope-sql.ts';
import { answerFile, detailsOf, wordsOf } from './answer-file.ts';
import { type Sheet, type SheetColumn, sheetOf } from './sheet.ts';

/** Keys of one file. */
const mostKeys = 10_000;
/** Keys of one transaction: nobody else writes meanwhile. */
const keysAtOnce = 250;

type Body = BodyOf<typeof contract>;
type OpenKey = Key & { licenseKey: string };

/**
 * Answers keys with their license keys in clear, for administrators in a session confirmed lately. Before any text
 * leaves, every one of these keys is recorded as revealed, some at a time, and last the export with its reason; only keys
 * so recorded are in the file, beside those delivered otherwise, of which nothing secret leaves: the cell of a license
 * file says which it is, by account it is empty. A key of others that is on no unit of the reader's customers stays out,
 * as for a reveal. A stored text that does not open is recorded so, and its cell stays empty.
 */
export async function exportKeyTexts(
  ctx: Ctx,
  { body, search }: { body: Body; search: URLSearchParams },
  reply: Reply,
): Promise<ReadableStream<Uint8Array>> {
  const source = await keySource(ctx);
  const request = parseList(contract.list ?? keyList, search, source.attributes);
  const sheet = await sheetWithTexts(ctx, body);
  const where = await whereOf(source, ctx.settings.timeZone, request);
  const { ids, nextCursor } = await pageOfIds(source, where, { ...request, limit: mostKeys });
  if (nextCursor !== null)
    throw new AppError('too_large', `A file can reveal ${mostKeys} keys at most. Filter, and export in parts.`);
  const format = body.format ?? 'csv';
  const details = detailsOf(ctx, { list: 'keys', format, sheet, request, search, rows: ids.length });
  const { recorded, revealed } = await recordReveals(ctx, ids, { ...details, reason: body.reason });
  const pieces = inPieces(recorded, (some) => openKeys(ctx, some, revealed));
  return answerFile(ctx, details.fileName, { format, sheet, pieces, actions: ['keys.export'] }, reply);
}

/** The mask says nothing beside the text, and stands there only when asked for. */
async function sheetWithTexts(ctx: Ctx, { columns: fields, lang }: Body): Promise<Sheet<OpenKey>> {
  const words = wordsOf(ctx, lang);
  const header = labelOf('licenseKey', 'key', words);
  const text: SheetColumn<OpenKey> = { field: 'licenseKey', header, cell: (key) => textCell(key, words) };
  const choice = { fields, pointer: '/columns', always: [text] };
  const sheet = await sheetOf<'keys', OpenKey>(ctx, 'keys', words, choice);
  if (fields !== undefined) return sheet;
  return { ...sheet, columns: sheet.columns.filter(({ field }) => field !== 'maskedKey') };
}

/** A file is no text of one cell: the cell says which it is, and as a mask it is taken for no license key. */
function textCell({ delivery, maskedKey, licenseKey }: OpenKey, words: Vocabulary): string {
  return delivery === 'file' ? `${valueLabel('delivery', delivery, words)}: ${maskedKey}` : licenseKey;
}

/** The keys of a file, in its order, and those of them that were recorded as revealed. */
type Recorded = { recorded: string[]; revealed: Set<string> };

/** One entry a license key and then one of the export. */
async function recordReveals(ctx: Ctx, ids: string[], details: Record<string, unknown>): Promise<Recorded> {
  const batch = ctx.newId();
  const heldBack: HeldBack[] = [];
  const recorded: string[] = [];
  const revealed = new Set<string>();
  for (let from = 0; from < ids.length; from += keysAtOnce) {
    const some = ids.slice(from, from + keysAtOnce);
    const shown = await changeIfAny(ctx, async (tx) => {
      const open = new Map((await revealsOf(tx, ctx, { ids: some, batch, heldBack })).map((one) => [one.id, one]));
      const found = some.filter((id) => open.has(id));
      const told = found.filter((id) => open.get(id)?.audit !== undefined);
      return { result: { found, told }, audit: told.flatMap((id) => open.get(id)?.audit ?? []) };
    });
    append(recorded, shown.found);
    for (const id of shown.told) revealed.add(id);
  }
  const completed: AuditDraft = {
    action: 'export.completed',
    subject: 'list:keys',
    details: { ...details, rows: recorded.length, withLicenseKeys: true, batch },
  };
  await ctx.change(async () => ({ result: {}, audit: completed }));
  await recordHeldBack(ctx, heldBack);
  return { recorded, revealed };
}

/** Holds keys whose text the reader may have until commit, so that none is deleted with its content before its entry is there. */
async function revealsOf(
  tx: WriteDb,
  ctx: Ctx,
  { ids, batch, heldBack }: { ids: string[]; batch: string; heldBack: HeldBack[] },
) {
  const rows = await tx
    .updateTable('key as k')
    .set((eb) => ({ version: eb.ref('k.version') }))
    .where('k.id', 'in', ids)
    .where(keyRevealable(ctx.scope))
    .returning(['id', 'customer_id', 'mask', 'delivery'])
    .returning(sql<string>`(select p.name from product p where p.id = product_id)`.as('product'))
    .execute();
  const held = await keysHeldBack(ctx, reading(tx), rows);
  heldBack.push(...held.values());
  const open = rows.filter(({ id }) => !held.has(id));
  const texts = await textsOf(
    ctx,
    reading(tx),
    open.map(({ id }) => id),
  );
  return open.map(({ id, customer_id, mask, delivery, product }): { id: string; audit?: AuditDraft } => {
    if (delivery !== 'key') return { id };
    const refused = texts.get(id) === undefined && { refused: 'unreadable' };
    const details = { product, maskedKey: mask, export: true, batch, ...refused };
    return { id, audit: { action: 'key.revealed', keyId: id, customerId: customer_id, details } };
  });
}

/** Of one that was not recorded no text leaves, whatever its row says by now: whoever writes the database may change it meanwhile. */
async function openKeys(ctx: Ctx, ids: string[], revealed: ReadonlySet<string>): Promise<OpenKey[]> {
  const texts = await textsOf(
    ctx,
    ctx.db,
    ids.filter((id) => revealed.has(id)),
  );
  const keys = await readKeysInOrder(ctx, ids);
  return keys.map((key) => ({ ...key, licenseKey: texts.get(key.id) ?? '' }));
}

/** The license keys of these that have one, and whose stored text opens. */
async function textsOf(ctx: Ctx, db: ReadDb, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const asked = new Set(ids);
  const rows = await db
    .selectFrom('key')
    .select(['id', 'cipher'])
    .where('id', 'in', ids)
    .where('delivery', '=', 'key')
    .execute();
  return new Map(
    rows.flatMap(({ id, cipher }) => {
      const text = asked.has(id) && cipher !== null ? openText(ctx, cipher, id) : undefined;
      return text === undefined ? [] : [[id, text]];
    }),
  );
}
