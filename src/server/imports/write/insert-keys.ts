import type { Insertable } from 'kysely';
import type { WriteDb } from '../../../db/open.ts';
import type { AssignmentTable, KeyTable } from '../../../db/tables.ts';
import type { Day } from '../../../domain/day.ts';
import { foldText } from '../../../domain/fold.ts';
import type { ParsedLicenseKey } from '../../../domain/license-key.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { foldedKey } from '../../keys/folded-key.ts';
import type { KeyColumns } from '../../keys/insert-key.ts';
import { newKeyDetails } from '../../keys/key-facts.ts';

/** A key that is known to be new, judged, with the name of its product and who has its first seat. */
export type KeyToInsert = {
  id: string;
  columns: KeyColumns & { attributes: string };
  product: string;
  text: ParsedLicenseKey;
  hashes: { hx: string; hl: string };
  user: { userName: string; appliedOn: Day } | undefined;
};

/** Rows of one statement; keeps well below the parameter limits of both engines, and below ten milliseconds. */
const atOnce = 200;

/**
 * Inserts many new keys inside a change, each text encrypted for its row, and the assignments of their users; drafts
 * their entries. The database refuses a text that is recorded already.
 */
export async function insertKeys(tx: WriteDb, ctx: Ctx, keys: readonly KeyToInsert[]): Promise<AuditDraft[]> {
  const audit: AuditDraft[] = [];
  for (let from = 0; from < keys.length; from += atOnce) {
    const some = keys.slice(from, from + atOnce).map((key) => rowsOf(ctx, key));
    await tx
      .insertInto('key')
      .values(some.map(({ row }) => row))
      .execute();
    const assignments = some.flatMap(({ assignment }) => assignment ?? []);
    if (assignments.length > 0) await tx.insertInto('assignment').values(assignments).execute();
    audit.push(...some.flatMap((rows) => rows.audit));
  }
  return audit;
}

/** What the entries of keys would be counted as, where they are only judged. */
export function draftsOf(keys: readonly KeyToInsert[]): AuditDraft[] {
  return keys.flatMap(({ id, columns, user }): AuditDraft[] => {
    const draft = { keyId: id, customerId: columns.customer_id, details: {} };
    const created: AuditDraft = { action: 'key.created', ...draft };
    return user ? [created, { action: 'key.applied', ...draft }] : [created];
  });
}

type Rows = { row: Insertable<KeyTable>; assignment: Insertable<AssignmentTable> | undefined; audit: AuditDraft[] };

function rowsOf(ctx: Ctx, { id, columns, product, text, hashes, user }: KeyToInsert): Rows {
  const row = {
    id,
    ...columns,
    seats_taken: user ? 1 : 0,
    ...foldedKey(columns),
    tail: text.tail,
    tail_f: foldText(text.tail),
    mask: text.mask,
    cipher: ctx.app.vault.seal(text.text, id),
    ...hashes,
    loose_disc: '',
    created_at: ctx.now(),
  };
  const created: AuditDraft = {
    action: 'key.created',
    keyId: id,
    customerId: columns.customer_id,
    details: {
      ...newKeyDetails(ctx.app, text, columns, product),
    },
  };
  if (!user) return { row, assignment: undefined, audit: [created] };
  const assignment = firstSeat(ctx, id, columns.customer_id, user);
  const details = { assignment: assignment.id, product, maskedKey: text.mask, seat: 1, ...user };
  const applied: AuditDraft = { action: 'key.applied', keyId: id, customerId: columns.customer_id, details };
  return { row, assignment, audit: [created, applied] };
}

/** Nobody else can hold a seat of a key that is not committed yet. */
function firstSeat(
  ctx: Ctx,
  keyId: string,
  customerId: string,
  { userName, appliedOn }: NonNullable<KeyToInsert['user']>,
) {
  return {
    id: ctx.newId(),
    key_id: keyId,
    seat: 1,
    equipment_id: null,
    customer_id: customerId,
    user_name: userName,
    user_f: foldText(userName),
    applied_on: appliedOn,
    applied_at: ctx.now(),
    applied_by: ctx.actor.id,
    remarks: '',
    remarks_f: '',
  };
}
