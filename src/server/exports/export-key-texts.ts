import { sql } from 'kysely';
import type { BodyOf } from '../../contract/endpoint.ts';
import { exportKeyTexts as contract } from '../../contract/exports.ts';
import { keyList } from '../../contract/keys.ts';
import { reading, type WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { labelOf } from '../../domain/labels.ts';
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
 * so recorded are in the file. A key of others that is on no unit of the reader's customers stays out, as for a reveal. A stored text that does not open is recorded so, and its cell stays empty.
 */
export async function exportKeyTexts(
  ctx: Ctx,
  { body, search }: { body: Body; search: URLSearchParams },
  reply: Reply,
): Promise<ReadableStream<Uint8Array>> {
  const source = await keySource(ctx);
  const request = parseList(contract.list ?? keyList, search, source.attributes);
  const sheet = await sheetWithTexts(ctx, body);
  const where = whereOf(source, ctx.settings.timeZone, request);
  const { ids, nextCursor } = await pageOfIds(source, where, { ...request, limit: mostKeys });
  if (nextCursor !== null)
    throw new AppError('too_large', `A file can reveal ${mostKeys} keys at most. Filter, and export in parts.`);
  const format = body.format ?? 'csv';
  const details = detailsOf(ctx, { list: 'keys', format, sheet, request, search, rows: ids.length });
  const recorded = await recordReveals(ctx, ids, { ...details, reason: body.reason });
  const pieces = inPieces(recorded, (some) => openKeys(ctx, some));
  return answerFile(ctx, details.fileName, { format, sheet, pieces, actions: ['keys.export'] }, reply);
}

/** The mask says nothing beside the text, and stands there only when asked for. */
async function sheetWithTexts(ctx: Ctx, { columns: fields, lang }: Body): Promise<Sheet<OpenKey>> {
  const words = wordsOf(ctx, lang);
  const header = labelOf('licenseKey', 'key', words);
  const text: SheetColumn<OpenKey> = { field: 'licenseKey', header, cell: (key) => key.licenseKey };
  const choice = { fields, pointer: '/columns', always: [text] };
  const sheet = await sheetOf<'keys', OpenKey>(ctx, 'keys', words, choice);
  if (fields !== undefined) return sheet;
  return { ...sheet, columns: sheet.columns.filter(({ field }) => field !== 'maskedKey') };
}

/** One entry a key and then one of the export. Answers the keys that are recorded, in the given order. */
async function recordReveals(ctx: Ctx, ids: string[], details: Record<string, unknown>): Promise<string[]> {
  const batch = ctx.newId();
  const heldBack: HeldBack[] = [];
  const recorded: string[] = [];
  for (let from = 0; from < ids.length; from += keysAtOnce) {
    const some = ids.slice(from, from + keysAtOnce);
    const shown = await changeIfAny(ctx, async (tx) => {
      const drafts = new Map((await revealsOf(tx, ctx, { ids: some, batch, heldBack })).map((one) => [one.keyId, one]));
      const found = some.filter((id) => drafts.has(id));
      return { result: found, audit: found.flatMap((id) => drafts.get(id) ?? []) };
    });
    recorded.push(...shown);
  }
  const completed: AuditDraft = {
    action: 'export.completed',
    subject: 'list:keys',
    details: { ...details, rows: recorded.length, withLicenseKeys: true, batch },
  };
  await ctx.change(async () => ({ result: {}, audit: completed }));
  await recordHeldBack(ctx, heldBack);
  return recorded;
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
    .returning(['id', 'customer_id', 'mask', 'cipher'])
    .returning(sql<string>`(select p.name from product p where p.id = product_id)`.as('product'))
    .execute();
  const held = await keysHeldBack(ctx, reading(tx), rows);
  heldBack.push(...held.values());
  const open = rows.filter(({ id }) => !held.has(id));
  return open.map(({ id, customer_id, mask, cipher, product }) => ({
    action: 'key.revealed' as const,
    keyId: id,
    customerId: customer_id,
    details: {
      product,
      maskedKey: mask,
      export: true,
      batch,
      ...(openText(ctx, cipher, id) === undefined && { refused: 'unreadable' }),
    },
  }));
}

async function openKeys(ctx: Ctx, ids: string[]): Promise<OpenKey[]> {
  const rows = await ctx.db.selectFrom('key').select(['id', 'cipher']).where('id', 'in', ids).execute();
  const recorded = new Set(ids);
  const ciphers = new Map(rows.filter(({ id }) => recorded.has(id)).map((row) => [row.id, row.cipher]));
  const keys = await readKeysInOrder(ctx, ids);
  return keys.map((key) => ({ ...key, licenseKey: openText(ctx, ciphers.get(key.id) ?? '', key.id) ?? '' }));
}
