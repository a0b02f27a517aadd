import { type Insertable, sql } from 'kysely';
import type { WriteDb } from '../../../db/open.ts';
import type { AssignmentTable, KeyTable } from '../../../db/tables.ts';
import { append } from '../../../domain/append.ts';
import { foldText } from '../../../domain/fold.ts';
import { type Unit, unitColumns } from '../../audit/records-told.ts';
import { type AuditDraft, type Ctx, notFound } from '../../context.ts';
import { foldedKey } from '../../keys/folded-key.ts';
import { type KeyColumns, shownColumns } from '../../keys/insert-key.ts';
import { newKeyDetails } from '../../keys/key-facts.ts';
import { type MadeHere, requireAsTold } from '../../scope/require-as-told.ts';
import { customerIn } from '../../scope/scope-sql.ts';
import type { GivenContent, Holder } from '../plan/planned-row.ts';

/** A key that is known to be new, judged, with the name of its product and who and what has its first seats. */
export type KeyToInsert = {
  id: string;
  columns: KeyColumns & { attributes: string };
  product: string;
  content: GivenContent;
  hashes: { hx: string; hl: string };
  holders: readonly HolderToInsert[];
};

export type HolderToInsert = Pick<Holder, 'userName' | 'appliedOn' | 'remarks'> & { unitId: string | undefined };

type Units = ReadonlyMap<string, Unit>;

/** Rows of one statement; keeps well below the parameter limits of both engines, and below ten milliseconds. */
const atOnce = 200;

/**
 * Inserts many new keys inside a change, each text encrypted for its row, and the assignments of their users and units;
 * drafts their entries. The database refuses a text that is recorded already.
 */
export async function insertKeys(
  tx: WriteDb,
  ctx: Ctx,
  keys: readonly KeyToInsert[],
  made: MadeHere,
): Promise<AuditDraft[]> {
  const audit: AuditDraft[] = [];
  for (let from = 0; from < keys.length; from += atOnce) {
    const part = keys.slice(from, from + atOnce);
    const units = await heldUnits(tx, ctx, part, made);
    const some = part.map((key) => rowsOf(ctx, key, units));
    await tx
      .insertInto('key')
      .values(some.map(({ row }) => row))
      .execute();
    const assignments = some.flatMap((rows) => rows.assignments);
    for (let first = 0; first < assignments.length; first += atOnce)
      await tx
        .insertInto('assignment')
        .values(assignments.slice(first, first + atOnce))
        .execute();
    for (const rows of some) append(audit, rows.audit);
  }
  return audit;
}

/** Holds the units' rows until commit, so that they cannot change customer meanwhile. Refuses those that are not as the log tells. */
async function heldUnits(tx: WriteDb, ctx: Ctx, keys: readonly KeyToInsert[], made: MadeHere): Promise<Units> {
  const ids = [...new Set(keys.flatMap(({ holders }) => holders.flatMap(({ unitId }) => unitId ?? [])))].toSorted();
  if (ids.length === 0) return new Map();
  const units = await tx
    .updateTable('equipment')
    .set((eb) => ({ status: eb.ref('status') }))
    .where('id', 'in', ids)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .returning(unitColumns)
    .execute();
  await requireAsTold(tx, ctx, { equipment: units, asked: ids, refusal: () => notFound('unit') }, made);
  return new Map(units.map((unit) => [unit.id, unit]));
}

/** What the entries of keys would be counted as, where they are only judged. */
export function draftsOf(keys: readonly KeyToInsert[]): AuditDraft[] {
  return keys.flatMap(({ id, columns, holders }): AuditDraft[] => {
    const draft = { keyId: id, customerId: columns.customer_id, details: {} };
    const created: AuditDraft = { action: 'key.created', ...draft };
    return [created, ...holders.map((): AuditDraft => ({ action: 'key.applied', ...draft }))];
  });
}

type Rows = { row: Insertable<KeyTable>; assignments: Insertable<AssignmentTable>[]; audit: AuditDraft[] };

function rowsOf(ctx: Ctx, key: KeyToInsert, units: Units): Rows {
  const { id, columns, product, content, hashes } = key;
  const taken = key.holders.map((holder, i) => seatTaken(ctx, key, { holder, seat: i + 1 }, units));
  const row = {
    id,
    ...columns,
    seats_taken: taken.length,
    ...foldedKey({ ...columns, file_name: content.fileName }),
    ...shownColumns(content),
    cipher: ctx.app.vault.seal(content.secret.text, id),
    ...hashes,
    loose_disc: '',
    created_at: ctx.now(),
  };
  const details = newKeyDetails(ctx.app, content, columns, product);
  const created: AuditDraft = { action: 'key.created', keyId: id, customerId: columns.customer_id, details };
  const assignments = taken.map(({ assignment }) => assignment);
  return { row, assignments, audit: [created, ...taken.map(({ audit }) => audit)] };
}

/** Nobody else can hold a seat of a key that is not committed yet. */
function seatTaken(
  ctx: Ctx,
  { id: keyId, columns, product, content }: KeyToInsert,
  { holder, seat }: { holder: HolderToInsert; seat: number },
  units: Units,
): { assignment: Insertable<AssignmentTable>; audit: AuditDraft } {
  const { userName, appliedOn, unitId, remarks = '' } = holder;
  const unit = unitId === undefined ? undefined : units.get(unitId);
  if (unitId !== undefined && !unit) throw notFound('unit');
  const customerId = (unit ?? columns).customer_id;
  const assignment = {
    id: ctx.newId(),
    key_id: keyId,
    seat,
    equipment_id: unit?.id ?? null,
    customer_id: customerId,
    user_name: userName,
    user_f: foldText(userName),
    applied_on: appliedOn,
    applied_at: ctx.now(),
    applied_by: ctx.actor.id,
    remarks,
    remarks_f: foldText(remarks),
  };
  const details = {
    assignment: assignment.id,
    product,
    maskedKey: content.mask,
    seat,
    ...(unit && { equipment: unit.name, serialNumber: unit.serial_number || undefined }),
    ...(userName && { userName }),
    appliedOn,
    ...(remarks && { remarks }),
  };
  const audit = { action: 'key.applied', keyId, equipmentId: unit?.id ?? null, customerId, details } as const;
  return { assignment, audit };
}
