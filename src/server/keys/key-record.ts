import type { Selectable } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import type { KeyTable } from '../../db/tables.ts';
import { FAR_END } from '../../domain/day.ts';
import { type FieldError, invalid } from '../../domain/errors.ts';
import { judgeValidity, type KeyFacts, type KeyType } from '../../domain/key-rules.ts';
import { inScope } from '../../domain/permissions.ts';
import { judgeValues } from '../attributes/judge-values.ts';
import { type Ctx, notFound } from '../context.ts';
import { requireCustomer } from '../customers/require-customer.ts';
import type { AttributeValues } from '../records/folded.ts';
import { type MadeHere, requireAsTold } from '../scope/require-as-told.ts';

/** The parts of a key that people write, as the record holds them. */
export type KeyRecord = {
  keyType: KeyType;
  validityStart: string | null;
  validityEnd: string | null;
  licenseId: string | null;
  customerId: string;
  attributes: Record<string, unknown>;
};

/** What a record that is changed has now: its owner and license stay, archived or not; its attributes are added to. */
export type RecordBefore = { customerId: string; licenseId: string | null; attributes: AttributeValues };

/** Judges a whole key record, new or changed: dates for its type, owner, license, attributes. Pointers begin with `at`. */
export async function judgeKey(
  tx: WriteDb,
  ctx: Ctx,
  key: KeyRecord,
  { at = '', before }: { at?: string; before?: RecordBefore } = {},
): Promise<AttributeValues> {
  const attributes = await judgeValues(tx, 'key', before?.attributes ?? {}, key.attributes);
  const faults: FieldError[] = [...judgeValidity(key), ...attributes.errors].map((fault) => ({
    ...fault,
    pointer: at + fault.pointer,
  }));
  if (faults.length > 0) throw invalid(faults);
  if (key.customerId !== before?.customerId) await requireCustomer(tx, ctx, key.customerId);
  if (key.licenseId !== null && key.licenseId !== before?.licenseId) await requireLicense(tx, ctx, key.licenseId);
  return attributes.values;
}

/** Refuses a license that is missing, archived or outside the actor's customers, or that is not as the log tells. */
export async function requireLicense(tx: WriteDb, ctx: Ctx, id: string, made?: MadeHere): Promise<void> {
  if ((await requireToldLicense(tx, ctx, id, made)).archived)
    throw invalid({ pointer: '/licenseId', code: 'archived', detail: 'That license is archived. Choose another one.' });
}

/** The same of one that a file finds again, archived or not. */
export async function requireToldLicense(tx: WriteDb, ctx: Ctx, id: string, made?: MadeHere) {
  const row = await tx
    .selectFrom('license')
    .select(['id', 'customer_id', 'archived'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row || !inScope(ctx.scope, row.customer_id)) throw notFound('license');
  await requireAsTold(tx, ctx, { license: row, asked: [id], refusal: () => notFound('license') }, made);
  return row;
}

/** How validity stands in the database: '' for no start, the far end for a permanent key. */
export function validityColumns(key: Pick<KeyRecord, 'validityStart' | 'validityEnd'>) {
  return { validity_start: key.validityStart ?? '', validity_end: key.validityEnd ?? FAR_END };
}

type FactColumns = Pick<
  Selectable<KeyTable>,
  'revoked_at' | 'validity_start' | 'validity_end' | 'seats' | 'seats_taken'
>;

/** The facts of a key's row, as the rules read them. */
export function factsOf(row: FactColumns): KeyFacts {
  return {
    revoked: row.revoked_at !== null,
    validityStart: row.validity_start || null,
    validityEnd: row.validity_end === FAR_END ? null : row.validity_end,
    seats: row.seats,
    seatsTaken: row.seats_taken,
  };
}
