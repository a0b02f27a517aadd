import { append } from '../../../domain/append.ts';
import { judgeAttributes } from '../../../domain/attributes.ts';
import { foldText } from '../../../domain/fold.ts';
import { inScope } from '../../../domain/permissions.ts';
import { keyFields } from '../../../domain/records/key.ts';
import { blankOf, columnsOf, withGiven } from '../../../domain/records/plain-field.ts';
import type { SpelledKey } from '../../keys/find-by-text.ts';
import { requireLicense, requireToldLicense, validityColumns } from '../../keys/key-record.ts';
import { licenseKeyTaken } from '../../keys/unique-text.ts';
import { insertLicense } from '../../licenses/create-license.ts';
import { type ResolvedProduct, resolveProduct } from '../../products/resolve-product.ts';
import { productVisible } from '../../scope/scope-sql.ts';
import { onDifferentAt } from '../plan/on-different.ts';
import type { NewKey, PlannedRow } from '../plan/planned-row.ts';
import { noteNamed } from './beside.ts';
import { Differs, type Settled, settleDifferences } from './differing.ts';
import type { HolderToInsert, KeyToInsert } from './insert-keys.ts';
import { placed, takeUnlessTaken } from './place-assignment.ts';
import { customerOf, flushKeys, type Outcome, type Writing } from './writing.ts';

const keysAtOnce = 200;

type NamedProduct = Parameters<typeof resolveProduct>[2];

/** The license of a row, those of its keys that are not there yet, and who and what has them. */
export async function writeKeys(writing: Writing, row: PlannedRow): Promise<Outcome> {
  const known = row.keys.map(({ content }) => writing.keys.find(content.secret));
  const hidden = known.find((key) => key && !key.isVisible);
  for (const key of hidden ? [hidden] : known) if (key) writing.told.set(key.id, key);
  if (hidden) throw licenseKeyTaken('/licenseKey', hidden);
  const missing = row.keys.filter((_, i) => known[i] === undefined);
  const there = known.filter((key) => key !== undefined);
  const outcome = there.length === 0 ? unchanged : await settleKnown(writing, row, there);
  if (row.keys.length > 0 && missing.length === 0) return { ...outcome, id: known[0]?.id ?? null };
  const license = row.license && (await licenseOf(writing, row, row.license, known));
  // All are judged before the first is taken: a row is written whole or not at all.
  const made: KeyToInsert[] = [];
  for (const { body, content, holders } of missing) {
    const customerId = await customerOf(writing, row);
    const columns = await keyColumns(writing, row, { body, customerId, newLicenseId: license?.id });
    const hashes = writing.keys.hashes(content.secret);
    const all: HolderToInsert[] = [];
    for (const holder of holders) all.push(await placed(writing, row, holder));
    made.push({ id: writing.ctx.newId(), ...columns, content, hashes, holders: all });
  }
  append(writing.keysToInsert, made);
  if (writing.keysToInsert.length >= keysAtOnce) await flushKeys(writing);
  const id = license?.id;
  if (missing.length > 0 || (id !== undefined && writing.made.has(id))) return { outcome: 'new' };
  if (id === undefined || row.said === undefined) return { outcome: 'same', id: id ?? null };
  const settled = await settleDifferences(writing, 'licenses', { id, line: row.line, said: row.said.license });
  return { ...settledAs([settled]), id };
}

const unchanged: Outcome = { outcome: 'same' };

/** What a row says of keys that are there, and of their license; who and what has them by now is recorded. */
async function settleKnown(writing: Writing, row: PlannedRow, known: readonly SpelledKey[]): Promise<Outcome> {
  const settled: Settled[] = [];
  let isNew = false;
  for (const key of known) {
    const isOwn = inScope(writing.ctx.scope, key.customerId);
    if (isOwn) append(settled, await settleOwn(writing, row, key, key === known[0]));
    const given = row.keys.find(({ content }) => writing.keys.find(content.secret)?.id === key.id);
    for (const holder of given?.holders ?? [])
      if (await takeUnlessTaken(writing, row, key.id, await placed(writing, row, holder))) isNew = true;
  }
  const outcome = settledAs(settled);
  return isNew && outcome.outcome === 'same' ? { outcome: 'new' } : outcome;
}

/** One that has no license and is bought by this row gets it. */
async function settleOwn(
  writing: Writing,
  row: PlannedRow,
  { id, licenseId }: SpelledKey,
  isFirst: boolean,
): Promise<Settled[]> {
  const { line, said, license } = row;
  if (!said) return [];
  const onDifferent = onDifferentAt(writing.rules.onDifferent, line);
  const isBought = license !== undefined && licenseId === null;
  const isKept = isBought && (onDifferent === 'leave' || onDifferent === 'refuse');
  const made = isBought && !isKept ? { licenseId: (await licenseOf(writing, row, license, [])).id } : {};
  const key = { ...said.key, fields: { ...said.key.fields, ...made } };
  const settled = [await settleDifferences(writing, 'keys', { id, line, said: key })];
  if (isKept) {
    const changes = [{ field: 'licenseId', old: null, new: license.body.productName ?? '' }];
    if (onDifferent === 'refuse') throw new Differs(changes);
    settled.push({ changes, isChanged: false });
  }
  if (licenseId !== null && isFirst)
    settled.push(await settleDifferences(writing, 'licenses', { id: licenseId, line, said: said.license }));
  return settled;
}

function settledAs(settled: readonly Settled[]): Outcome {
  const changes = settled.flatMap((one) => one.changes);
  if (changes.length === 0) return unchanged;
  return { outcome: settled.some(({ isChanged }) => isChanged) ? 'changed' : 'left', changes };
}

/** The product of a row, made where there is none and that is allowed. */
async function productOf(writing: Writing, line: number, named: NamedProduct): Promise<ResolvedProduct> {
  const product = await productInSight(writing, named);
  if (product.audit.length > 0 && named.productName !== undefined)
    await noteNamed(writing, { kind: 'products', name: named.productName, line });
  return product;
}

/**
 * In a rehearsal a product out of the actor's sight counts as made, as it is new to them: what a rehearsal tells leaves no
 * trace, and would be that somebody else has it.
 */
async function productInSight({ tx, ctx, rules }: Writing, named: NamedProduct): Promise<ResolvedProduct> {
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
  { line, manufacturer = '' }: PlannedRow,
  { body, customerId, newLicenseId }: { body: NewKey; customerId: string; newLicenseId: string | undefined },
): Promise<Pick<KeyToInsert, 'columns' | 'product'>> {
  const { tx, ctx, once, rules, audit } = writing;
  const { productId, productName } = body;
  const named = productId === undefined ? `name ${foldText(productName ?? '')}` : productId;
  const product = await once(`product ${named}`, async () => {
    const resolved = await productOf(writing, line, { productId, productName, manufacturer });
    append(audit, resolved.audit);
    return { id: resolved.id, name: resolved.name, manufacturer: resolved.manufacturer };
  });
  const { licenseId } = body;
  if (licenseId) await once(`license ${licenseId}`, () => requireLicense(tx, ctx, licenseId, writing.made));
  const attributes = judgeAttributes(rules.definitions.key, body.attributes ?? {}).values;
  const validity = { validityStart: body.validityStart ?? null, validityEnd: body.validityEnd ?? null };
  const columns = {
    product_id: product.id,
    customer_id: customerId,
    license_id: newLicenseId ?? licenseId ?? null,
    key_type: body.keyType,
    ...validityColumns(validity),
    seats: body.seats ?? 1,
    ...columnsOf(
      keyFields,
      withGiven(keyFields, blankOf(keyFields), {
        ...body,
        ...(!newLicenseId && { remarks: withManufacturer(body.remarks, manufacturer, product) }),
      }),
    ),
    attributes: JSON.stringify(attributes),
  };
  return { columns, product: product.name };
}

/**
 * The license of a row: the one that its purchase has in this file, that of its known keys, or, of a row without any, the
 * one that an earlier import made of it; else a new one. A new key is a further purchase.
 */
async function licenseOf(
  writing: Writing,
  row: PlannedRow,
  { body, manufacturer, fingerprint, purchase }: NonNullable<PlannedRow['license']>,
  known: readonly (SpelledKey | undefined)[],
): Promise<{ id: string }> {
  const { tx, ctx, once, units } = writing;
  const before = purchase === undefined ? undefined : units.licenses.get(purchase);
  if (before !== undefined) return { id: before };
  const made = await tx
    .selectFrom('license')
    .select(['id', 'customer_id'])
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  const isSame = made !== undefined && known.length === 0 && inScope(ctx.scope, made.customer_id);
  const id = (isSame ? made.id : undefined) ?? known.find((key) => key?.licenseId)?.licenseId;
  if (id) {
    await once(`told license ${id}`, () => requireToldLicense(tx, ctx, id, writing.made));
    if (purchase !== undefined) units.licenses.set(purchase, id);
    return { id };
  }
  const customerId = await customerOf(writing, row);
  const product = await productOf(writing, row.line, { ...body, manufacturer });
  const remarks = withManufacturer(body.remarks, manufacturer, product);
  // Somebody else's row that says the same is theirs, and a further purchase is known again by its keys alone.
  const isTaken = made !== undefined || fingerprint === '';
  const license = await insertLicense(tx, ctx, { ...body, customerId, remarks }, isTaken ? null : fingerprint);
  append(writing.audit, [...product.audit, ...license.audit]);
  writing.made.add(license.id);
  if (purchase !== undefined) units.licenses.set(purchase, license.id);
  return { id: license.id };
}

/** A product that is there keeps its manufacturer: another one is noted. */
function withManufacturer(
  remarks: string | null | undefined,
  manufacturer: string,
  product: { manufacturer: string },
): string {
  const isOther = manufacturer !== '' && foldText(manufacturer) !== foldText(product.manufacturer);
  return [remarks, isOther ? `Manufacturer: ${manufacturer}` : ''].filter(Boolean).join('\n');
}
