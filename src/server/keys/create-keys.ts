import type { z } from 'zod';
import type { createKeyBody } from '../../contract/keys.ts';
import { isUniqueViolation } from '../../db/faults.ts';
import type { WriteDb } from '../../db/open.ts';
import { AppError, type FieldError, invalid } from '../../domain/errors.ts';
import { type ParsedLicenseKey, parseLicenseKey, type Warning } from '../../domain/license-key.ts';
import { takeSeat } from '../assignments/take-seat.ts';
import { type AuditDraft, type Ctx, notFound } from '../context.ts';
import { resolveProduct } from '../products/resolve-product.ts';
import { keysByHash, readKeys } from './key-queries.ts';
import { judgeKey, validityColumns } from './key-record.ts';
import { foldedKey } from './user-names.ts';

export type NewKey = z.output<typeof createKeyBody>;
export type CreatedKeys = { batch: string; ids: string[] };

/** Thrown at the end of a rehearsal, so that everything was judged and nothing stays. */
class Rehearsed extends Error {}

/** Adds one key (K1–K4). The result is its id. */
export async function createKey(ctx: Ctx, { body }: { body: NewKey }): Promise<{ id: string }> {
  const parsed = parseLicenseKey(body.licenseKey);
  return withUniqueText(ctx, parsed, () =>
    ctx.change(async (tx) => {
      const created = await insertKey(tx, ctx, body, parsed);
      return { result: { id: created.id }, audit: created.audit };
    }),
  );
}

/** Adds many keys, all or none (K14); faults of every line are told at once. A rehearsal writes nothing. */
export async function createKeys(
  ctx: Ctx,
  input: { body: { keys: NewKey[] }; query: { dryRun?: 'true' | 'false' | undefined } },
): Promise<CreatedKeys> {
  const parsed = parseAll(input.body.keys);
  const batch = ctx.newId();
  const work = async (tx: WriteDb) => {
    await refuseKnownTexts(tx, ctx, input.body.keys, parsed);
    const ids: string[] = [];
    const audit: AuditDraft[] = [];
    for (const [i, body] of input.body.keys.entries()) {
      const created = await insertKey(tx, ctx, body, parsed[i] as ParsedLicenseKey, { batch }, `/keys/${i}`); // one parsed text a body
      ids.push(created.id);
      audit.push(...created.audit);
    }
    if (input.query.dryRun === 'true') throw new Rehearsed();
    return { result: { batch, ids }, audit: audit as [AuditDraft, ...AuditDraft[]] }; // the body has at least one key
  };
  try {
    return await ctx.change(work);
  } catch (error) {
    if (error instanceof Rehearsed) return { batch: '', ids: [] };
    if (isTextTaken(error)) throw duplicate(undefined, '/keys');
    throw error;
  }
}

function parseAll(bodies: NewKey[]): ParsedLicenseKey[] {
  const faults: FieldError[] = [];
  const parsed = bodies.flatMap((body, i) => {
    try {
      return [parseLicenseKey(body.licenseKey, `/keys/${i}/licenseKey`)];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      faults.push(...error.errors);
      return [];
    }
  });
  if (faults.length > 0) throw invalid(faults);
  return parsed;
}

/** Tells every line whose key is recorded already or stands twice in the batch, before anything is inserted. */
async function refuseKnownTexts(tx: WriteDb, ctx: Ctx, bodies: NewKey[], parsed: ParsedLicenseKey[]): Promise<void> {
  const hashes = parsed.map((text) => hashesOf(ctx, text).hl);
  const rows = await tx.selectFrom('key').select('hl').where('hl', 'in', hashes).execute();
  const known = new Set(rows.map((row) => row.hl));
  const faults = hashes.flatMap((hl, i): FieldError[] => {
    if (bodies[i]?.allowSimilarTo !== undefined) return [];
    const first = hashes.indexOf(hl);
    const pointer = `/keys/${i}/licenseKey`;
    if (known.has(hl))
      return [
        { pointer, code: 'license_key_taken', detail: 'The license key must be unique! It is already recorded.' },
      ];
    if (first < i)
      return [
        {
          pointer,
          code: 'repeated',
          detail: `The license key must be unique! It stands at line ${first + 1} as well.`,
        },
      ];
    return [];
  });
  const [fault] = faults;
  if (fault) throw new AppError('license_key_taken', fault.detail, faults);
}

/** What was cleaned in the texts of new keys; worked out again when a repeated request is answered. */
export function warningsOf(bodies: NewKey[], at: (i: number) => string = () => '/licenseKey'): Warning[] {
  return bodies.flatMap((body, i) => parseLicenseKey(body.licenseKey, at(i)).warnings);
}

export type InsertedKey = { id: string; audit: [AuditDraft, ...AuditDraft[]] };

/** Inserts one key inside a change, with its product where that is new, and the assignment of its user. */
export async function insertKey(
  tx: WriteDb,
  ctx: Ctx,
  body: NewKey,
  text: ParsedLicenseKey,
  details: Record<string, unknown> = {},
  at = '',
): Promise<InsertedKey> {
  const id = ctx.newId();
  const product = await resolveProduct(tx, ctx, body, at);
  const record = {
    keyType: body.keyType,
    validityStart: body.validityStart ?? null,
    validityEnd: body.validityEnd ?? null,
    licenseId: body.licenseId ?? null,
    customerId: body.customerId ?? ctx.settings.houseId,
    attributes: body.attributes ?? {},
  };
  const attributes = JSON.stringify(await judgeKey(tx, ctx, record, at));
  const hashes = hashesOf(ctx, text);
  await requireOwnSpelling(tx, ctx, hashes.hl, body.allowSimilarTo, at);
  const texts = {
    code: body.code ?? '',
    serial_number: body.serialNumber ?? '',
    remarks: body.remarks ?? '',
    terms_of_use: body.termsOfUse ?? '',
    attributes,
  };
  await tx
    .insertInto('key')
    .values({
      id,
      product_id: product.id,
      customer_id: record.customerId,
      license_id: record.licenseId,
      key_type: record.keyType,
      ...validityColumns(record),
      seats: body.seats ?? 1,
      activation_date: body.activationDate ?? '',
      purchase_date: body.purchaseDate ?? '',
      ...texts,
      ...foldedKey({ ...texts, user_names: '' }),
      tail: text.tail,
      mask: text.mask,
      cipher: ctx.app.vault.seal(text.text, id),
      ...hashes,
      loose_disc: body.allowSimilarTo ? id : '',
      created_at: ctx.now(),
    })
    .execute();
  const created: AuditDraft = {
    action: 'key.created',
    keyId: id,
    customerId: record.customerId,
    details: {
      product: product.name,
      maskedKey: text.mask,
      keyType: record.keyType,
      ...(record.validityStart && { validityStart: record.validityStart }),
      ...(record.validityEnd && { validityEnd: record.validityEnd }),
      seats: body.seats ?? 1,
      ...(body.allowSimilarTo && { allowSimilarTo: body.allowSimilarTo }),
      ...details,
    },
  };
  if (!body.userName) return { id, audit: [created, ...product.audit] };
  const { audit } = await takeSeat(tx, ctx, { keyId: id, userName: body.userName, recordsFact: true, details });
  return { id, audit: [created, audit, ...product.audit] };
}

/** The keyed hashes by which a key's text is unique and found. */
export function hashesOf({ app }: Ctx, text: ParsedLicenseKey): { hx: string; hl: string } {
  return { hx: app.vault.hash('strict', text.strict), hl: app.vault.hash('loose', text.loose) };
}

/** Another key spelled alike is the same key, unless an administrator names it and says that it is not (K4). */
async function requireOwnSpelling(
  tx: WriteDb,
  ctx: Ctx,
  hl: string,
  allowSimilarTo: string | undefined,
  at: string,
): Promise<void> {
  const alike = await tx.selectFrom('key').select('id').where('hl', '=', hl).execute();
  if (allowSimilarTo === undefined) {
    const [first] = alike;
    if (first) throw await existing(ctx, first.id, `${at}/licenseKey`);
    return;
  }
  if (!alike.some((row) => row.id === allowSimilarTo)) throw notFound('key that is spelled alike (allowSimilarTo)');
}

async function existing(ctx: Ctx, id: string, pointer: string): Promise<AppError> {
  const [visible] = await readKeys(ctx, [id]);
  return duplicate(visible?.id, pointer);
}

function duplicate(id: string | undefined, pointer: string): AppError {
  const detail = id
    ? 'The license key must be unique! It is already recorded: open that record.'
    : 'The license key must be unique! It is already recorded.';
  return new AppError(
    'license_key_taken',
    detail,
    [{ pointer, code: 'license_key_taken', detail }],
    id ? { existing: { type: 'key', id } } : {},
  );
}

function isTextTaken(error: unknown): boolean {
  return isUniqueViolation(error, 'key_text_unique') || isUniqueViolation(error, 'key_spelling_unique');
}

/** Runs a change that inserts the text; a text taken meanwhile is refused with the record that has it. */
export async function withUniqueText<T>(ctx: Ctx, text: ParsedLicenseKey, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTextTaken(error)) throw error;
    const { hx, hl } = hashesOf(ctx, text);
    const [visible] = await keysByHash(ctx, { strict: hx, loose: hl });
    throw duplicate(visible?.id, '/licenseKey');
  }
}
