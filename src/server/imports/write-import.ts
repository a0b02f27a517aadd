import { setImmediate } from 'node:timers/promises';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { takeSeat } from '../assignments/take-seat.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { ownerOf, requireCustomer } from '../customers/require-customer.ts';
import { insertEquipment } from '../equipment/create-equipment.ts';
import { blankEquipment, withBody } from '../equipment/equipment-record.ts';
import { insertKey } from '../keys/insert-key.ts';
import { hashesOf } from '../keys/unique-text.ts';
import { insertLicense } from '../licenses/insert-license.ts';
import { resolveProduct } from '../products/resolve-product.ts';
import { keyVisible } from '../scope-sql.ts';
import { customerNamed } from './customer-named.ts';
import { isKnownUnit, type UnitsOfFile } from './known-unit.ts';
import type { FilePlan } from './plan-file.ts';
import type { PlannedRow } from './planned-row.ts';
import { firstOf, RefusedFile, type RowError, rowErrors } from './row-error.ts';

/** What came of a file: its rows, how many records of each kind were made, and how many rows were there already. */
export type Written = { rows: number; created: Record<string, number>; same: number; warnings: RowError[] };

type Writing = {
  ctx: Ctx;
  tx: WriteDb;
  customerId: string;
  /** Ids of customers by id or folded name, as far as they were asked for. */
  customers: Map<string, string>;
  units: UnitsOfFile;
  audit: AuditDraft[];
};

const rowsAtOnce = 50;

/**
 * Makes what a plan's rows say and is not there yet, in the order of the file; every entry says that it is imported.
 * Refuses the file (`RefusedFile`) with every row that a record outside it speaks against. Others are served between
 * the rows.
 */
export async function writeRows(
  tx: WriteDb,
  ctx: Ctx,
  plan: FilePlan,
  batch: string,
): Promise<{ written: Written; audit: AuditDraft[] }> {
  const customerId = await ownCustomer(tx, ctx, plan);
  const writing: Writing = {
    ctx,
    tx,
    customerId,
    customers: new Map(),
    units: { tags: new Map(), names: new Map() },
    audit: [],
  };
  const errors: RowError[] = [];
  let same = 0;
  for (const [i, row] of plan.rows.entries()) {
    if (i % rowsAtOnce === rowsAtOnce - 1) await setImmediate();
    try {
      if (!(await writeRow(writing, row))) same += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(...rowErrors(row, error));
    }
  }
  if (errors.length > 0) throw new RefusedFile(errors, plan.rows.length);
  const audit = writing.audit.map((entry) =>
    'details' in entry ? { ...entry, details: { ...entry.details, imported: true, batch } } : entry,
  );
  return {
    written: { rows: plan.rows.length, created: countMade(audit), same, warnings: firstOf(plan.warnings) },
    audit,
  };
}

/** The customer of rows that name none; needed only where there are such rows. */
async function ownCustomer(tx: WriteDb, ctx: Ctx, { rows, customerId }: FilePlan): Promise<string> {
  if (customerId === undefined && rows.every(({ owner }) => owner.customer ?? owner.customerId)) return '';
  const id = ownerOf(ctx, customerId);
  await requireCustomer(tx, ctx, id);
  return id;
}

function countMade(audit: readonly AuditDraft[]): Record<string, number> {
  const made: Record<string, number> = { customer: 0, product: 0, license: 0, key: 0, equipment: 0, assignment: 0 };
  for (const { action } of audit) {
    const record = action === 'key.applied' ? 'assignment' : (action.split('.')[0] ?? '');
    made[record] = (made[record] ?? 0) + 1;
  }
  return made;
}

/** False where everything the row says is there already. */
async function writeRow(writing: Writing, row: PlannedRow): Promise<boolean> {
  return row.unit ? writeUnit(writing, row, row.unit) : writeKeys(writing, row);
}

async function customerOf(writing: Writing, { owner }: PlannedRow): Promise<string> {
  const { tx, ctx, customers } = writing;
  const { customer, customerId } = owner;
  const called = customer === undefined ? customerId : `n:${foldText(customer)}`;
  if (called === undefined) return writing.customerId;
  const known = customers.get(called);
  if (known !== undefined) return known;
  if (customerId !== undefined) await requireCustomer(tx, ctx, customerId);
  const { id, audit } = customer === undefined ? { id: called, audit: [] } : await customerNamed(tx, ctx, customer);
  writing.audit.push(...audit);
  customers.set(called, id);
  return id;
}

async function writeUnit(writing: Writing, row: PlannedRow, unit: NonNullable<PlannedRow['unit']>): Promise<boolean> {
  const { tx, ctx } = writing;
  const made = withBody(blankEquipment(await customerOf(writing, row)), unit);
  if (await isKnownUnit(tx, ctx, row.line, made, writing.units)) return false;
  const { audit } = await insertEquipment(tx, ctx, made, unit.attributes);
  writing.audit.push(audit);
  return true;
}

/** The license of a row, those of its keys that are not there yet, and its user on the first key. */
async function writeKeys(writing: Writing, row: PlannedRow): Promise<boolean> {
  const known: (KnownKey | undefined)[] = [];
  for (const { text } of row.keys) known.push(await knownKey(writing, text));
  const missing = row.keys.filter((_, i) => known[i] === undefined);
  if (row.keys.length > 0 && missing.length === 0) return false;
  const license = row.license && (await licenseOf(writing, row, row.license, known));
  const { tx, ctx, audit } = writing;
  for (const key of missing) {
    const customerId = await customerOf(writing, row);
    const body = { ...key.body, customerId, ...(license && { licenseId: license.id }) };
    const inserted = await insertKey(tx, ctx, body, key.text);
    audit.push(...inserted.audit);
    if (!row.user || key !== row.keys[0]) continue;
    // A fact of the past: the key may have expired since.
    const taken = await takeSeat(tx, ctx, { keyId: inserted.id, ...row.user, recordsFact: true });
    audit.push(taken.audit);
  }
  return missing.length > 0 || license?.isNew === true;
}

type KnownKey = { id: string; license_id: string | null };

/** The visible key that is spelled alike, whatever record it stands in (K4). */
async function knownKey({ tx, ctx }: Writing, text: PlannedRow['keys'][number]['text']): Promise<KnownKey | undefined> {
  return tx
    .selectFrom('key as k')
    .select(['k.id', 'k.license_id'])
    .where('k.hl', '=', hashesOf(ctx, text).hl)
    .where(keyVisible(ctx.scope))
    .executeTakeFirst();
}

/** The license an earlier import made of the row, else that of its known keys, else a new one. */
async function licenseOf(
  writing: Writing,
  row: PlannedRow,
  { body, manufacturer, fingerprint }: NonNullable<PlannedRow['license']>,
  known: readonly (KnownKey | undefined)[],
): Promise<{ id: string; isNew: boolean }> {
  const { tx, ctx } = writing;
  const made = await tx.selectFrom('license').select('id').where('fingerprint', '=', fingerprint).executeTakeFirst();
  const id = made?.id ?? known.find((key) => key?.license_id)?.license_id;
  if (id) return { id, isNew: false };
  const customerId = await customerOf(writing, row);
  const product = await resolveProduct(tx, ctx, { ...body, manufacturer });
  const isOther = manufacturer !== '' && foldText(manufacturer) !== foldText(product.manufacturer);
  const remarks = [body.remarks, isOther ? `Manufacturer: ${manufacturer}` : ''].filter(Boolean).join('\n');
  const license = await insertLicense(tx, ctx, { ...body, customerId, remarks }, fingerprint);
  writing.audit.push(...product.audit, ...license.audit);
  return { id: license.id, isNew: true };
}
