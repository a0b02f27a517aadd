import type { ReadDb, WriteDb } from '../../db/open.ts';
import { judgeAttributes } from '../../domain/attributes.ts';
import { FAR_END } from '../../domain/day.ts';
import { type FieldError, invalid } from '../../domain/errors.ts';
import { judgeValidity, type KeyType } from '../../domain/key-rules.ts';
import { inScope } from '../../domain/permissions.ts';
import { definitionsFor } from '../attributes/attribute-queries.ts';
import { type Ctx, notFound } from '../context.ts';
import type { AttributeValues } from '../folded.ts';

/** The parts of a key that people write, as the record holds them. */
export type KeyRecord = {
  keyType: KeyType;
  validityStart: string | null;
  validityEnd: string | null;
  licenseId: string | null;
  customerId: string;
  attributes: Record<string, unknown>;
};

/** Judges a whole key record, new or changed: dates for its type, owner, license, attributes. Pointers begin with `at`. */
export async function judgeKey(tx: WriteDb, ctx: Ctx, key: KeyRecord, at = ''): Promise<AttributeValues> {
  // A writable handle reads as well; the query takes the narrower type.
  const definitions = await definitionsFor(tx as unknown as ReadDb, 'key');
  const attributes = judgeAttributes(definitions, key.attributes);
  const faults: FieldError[] = [...judgeValidity(key), ...attributes.errors].map((fault) => ({
    ...fault,
    pointer: at + fault.pointer,
  }));
  if (faults.length > 0) throw invalid(faults);
  await requireCustomer(tx, ctx, key.customerId);
  if (key.licenseId !== null) await requireLicense(tx, ctx, key.licenseId);
  return attributes.values;
}

/** Refuses a customer that is missing, archived or outside the actor's customers. */
export async function requireCustomer(tx: WriteDb, ctx: Ctx, id: string): Promise<void> {
  const row = inScope(ctx.scope, id)
    ? await tx.selectFrom('customer').select('archived').where('id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw notFound('customer');
  if (row.archived)
    throw invalid([
      { pointer: '/customerId', code: 'archived', detail: 'That customer is archived. Choose another one.' },
    ]);
}

async function requireLicense(tx: WriteDb, ctx: Ctx, id: string): Promise<void> {
  const row = await tx.selectFrom('license').select('customer_id').where('id', '=', id).executeTakeFirst();
  if (!row || !inScope(ctx.scope, row.customer_id)) throw notFound('license');
}

/** How validity stands in the database: '' for no start, the far end for a permanent key. */
export function validityColumns(key: Pick<KeyRecord, 'validityStart' | 'validityEnd'>) {
  return { validity_start: key.validityStart ?? '', validity_end: key.validityEnd ?? FAR_END };
}
