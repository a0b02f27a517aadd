import { judgeAttributes } from '../../../domain/attributes.ts';
import { foldText } from '../../../domain/fold.ts';
import { inScope } from '../../../domain/permissions.ts';
import { keyFields } from '../../../domain/records/key.ts';
import { blankOf, columnsOf, withGiven } from '../../../domain/records/plain-field.ts';
import type { SpelledKey } from '../../keys/find-by-text.ts';
import { requireLicense, validityColumns } from '../../keys/key-record.ts';
import { licenseKeyTaken } from '../../keys/unique-text.ts';
import { insertLicense } from '../../licenses/create-license.ts';
import { type ResolvedProduct, resolveProduct } from '../../products/resolve-product.ts';
import { productVisible } from '../../scope/scope-sql.ts';
import type { NewKey, PlannedRow } from '../plan/planned-row.ts';
import type { KeyToInsert } from './insert-keys.ts';
import { unitCalled } from './place-assignment.ts';
import { customerOf, flushKeys, type Outcome, type Writing } from './writing.ts';

const keysAtOnce = 200;

/** The license of a row, those of its keys that are not there yet, and its user and unit on the first key. */
export async function writeKeys(writing: Writing, row: PlannedRow): Promise<Outcome> {
  const known = row.keys.map(({ text }) => writing.keys.find(text));
  const hidden = known.find((key) => key && !key.isVisible);
  for (const key of hidden ? [hidden] : known) if (key) writing.told.set(key.id, key);
  if (hidden) throw licenseKeyTaken('/licenseKey', hidden);
  const missing = row.keys.filter((_, i) => known[i] === undefined);
  if (row.keys.length > 0 && missing.length === 0) return { outcome: 'same', id: known[0]?.id ?? null };
  const license = row.license && (await licenseOf(writing, row, row.license, known));
  const first = row.keys[0]?.text;
  const unitId = row.onUnit === undefined ? undefined : await unitCalled(writing, row, row.onUnit);
  // All are judged before the first is taken: a row is written whole or not at all.
  const made: KeyToInsert[] = [];
  for (const { body, text } of missing) {
    const customerId = await customerOf(writing, row);
    const columns = await keyColumns(writing, body, customerId, license?.id);
    const holder = text === first ? { user: row.user, unitId } : { user: undefined };
    made.push({ id: writing.ctx.newId(), ...columns, text, hashes: writing.keys.hashes(text), ...holder });
  }
  writing.keysToInsert.push(...made);
  if (writing.keysToInsert.length >= keysAtOnce) await flushKeys(writing);
  if (missing.length > 0 || license?.isNew) return { outcome: 'new' };
  return { outcome: 'same', id: license?.id ?? null };
}

/**
 * The product of a row. In a rehearsal one out of the actor's sight counts as made, as it is new to them: what a rehearsal
 * tells leaves no trace, and would be that somebody else has it.
 */
async function productOf(
  { tx, ctx, rules }: Writing,
  named: Parameters<typeof resolveProduct>[2],
): Promise<ResolvedProduct> {
  const product = await resolveProduct(tx, ctx, named);
  if (rules.isRehearsed !== true || ctx.scope === 'all' || product.audit.length > 0) return product;
  const seen = tx
    .selectFrom('product as p')
    .select('p.id')
    .where('p.id', '=', product.id)
    .where(productVisible(ctx.scope));
  if (await seen.executeTakeFirst()) return product;
  const details = { name: named.productName };
  return { ...product, audit: [{ action: 'product.created', subject: `product:${product.id}`, details }] };
}

/** What the plan of the row has judged is not judged again; only what other records have to say. */
async function keyColumns(
  writing: Writing,
  body: NewKey,
  customerId: string,
  newLicenseId: string | undefined,
): Promise<Pick<KeyToInsert, 'columns' | 'product'>> {
  const { tx, ctx, once, rules, audit } = writing;
  const { productId, productName } = body;
  const named = productId === undefined ? `name ${foldText(productName ?? '')}` : productId;
  const product = await once(`product ${named}`, async () => {
    const resolved = await productOf(writing, { productId, productName });
    audit.push(...resolved.audit);
    return { id: resolved.id, name: resolved.name };
  });
  const { licenseId } = body;
  if (licenseId) await once(`license ${licenseId}`, () => requireLicense(tx, ctx, licenseId));
  const attributes = judgeAttributes(rules.definitions.key, body.attributes ?? {}).values;
  const validity = { validityStart: body.validityStart ?? null, validityEnd: body.validityEnd ?? null };
  const columns = {
    product_id: product.id,
    customer_id: customerId,
    license_id: newLicenseId ?? licenseId ?? null,
    key_type: body.keyType,
    ...validityColumns(validity),
    seats: body.seats ?? 1,
    ...columnsOf(keyFields, withGiven(keyFields, blankOf(keyFields), body)),
    attributes: JSON.stringify(attributes),
  };
  return { columns, product: product.name };
}

/** The license an earlier import made of the row, else that of its known keys, else a new one. */
async function licenseOf(
  writing: Writing,
  row: PlannedRow,
  { body, manufacturer, fingerprint }: NonNullable<PlannedRow['license']>,
  known: readonly (SpelledKey | undefined)[],
): Promise<{ id: string; isNew: boolean }> {
  const { tx, ctx } = writing;
  const made = await tx
    .selectFrom('license')
    .select(['id', 'customer_id'])
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  const isSeen = made !== undefined && inScope(ctx.scope, made.customer_id);
  const id = (isSeen ? made.id : undefined) ?? known.find((key) => key?.licenseId)?.licenseId;
  if (id) return { id, isNew: false };
  const customerId = await customerOf(writing, row);
  const product = await productOf(writing, { ...body, manufacturer });
  const isOther = manufacturer !== '' && foldText(manufacturer) !== foldText(product.manufacturer);
  const remarks = [body.remarks, isOther ? `Manufacturer: ${manufacturer}` : ''].filter(Boolean).join('\n');
  // Somebody else's row that says the same is theirs: this one is known again by its keys alone.
  const license = await insertLicense(tx, ctx, { ...body, customerId, remarks }, made && !isSeen ? null : fingerprint);
  writing.audit.push(...product.audit, ...license.audit);
  return { id: license.id, isNew: true };
}
