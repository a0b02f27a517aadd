import { sql } from 'kysely';
import { reading, type WriteDb } from '../../db/open.ts';
import { insertRow } from '../../db/statement.ts';
import { type Day, FAR_END } from '../../domain/day.ts';
import { AppError, invalid, type ProblemCode } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { applyRefusal } from '../../domain/key-rules.ts';
import { inScope } from '../../domain/permissions.ts';
import { unitColumns } from '../audit/records-told.ts';
import { type AuditDraft, type Ctx, notFound, requireVersion } from '../context.ts';
import { requireCustomer } from '../customers/require-customer.ts';
import { keyElsewhere } from '../keys/claim-key.ts';
import { nextFreeKey } from '../keys/key-queries.ts';
import { type MadeHere, requireAsTold } from '../scope/require-as-told.ts';
import { customerIn, holderVisible, keyOwn, keyVisible } from '../scope/scope-sql.ts';
import { type ScopedWrites, scopedStatement } from '../scope/scoped-statement.ts';
import { freeSeat } from './free-seat.ts';

export type SeatRequest = {
  keyId: string;
  equipmentId?: string | undefined;
  userName?: string | null | undefined;
  /** Whose person it is where there is no unit; the key's customer unless said. */
  customerId?: string | undefined;
  appliedOn?: Day | undefined;
  remarks?: string | null | undefined;
  /** A fact that is recorded although the key could not be applied today: an import, a replacement, a move. */
  recordsFact?: boolean;
  /** What the entry says beyond the usual. */
  details?: Record<string, unknown>;
  /** Keys and units that this very change has made or changed. */
  made?: MadeHere;
};

export type SeatTaken = { assignmentId: string; audit: AuditDraft };

/**
 * Takes a seat of a key for a unit, a user or both, inside a change: claims the seat in one statement, then records
 * the assignment. Refuses with who holds the last seat and the next free key of the product (A4), and a key that is not
 * the actor's, though they may see it on a unit of theirs.
 */
export async function takeSeat(tx: WriteDb, ctx: Ctx, request: SeatRequest): Promise<SeatTaken> {
  const userName = request.userName || '';
  if (!request.equipmentId && !userName)
    throw invalid({
      pointer: '/equipmentId',
      code: 'required',
      detail: 'Name a unit (equipmentId), a user (userName), or both.',
    });
  const appliedOn = request.appliedOn ?? ctx.today;
  if (appliedOn > ctx.today)
    throw invalid({
      pointer: '/appliedOn',
      code: 'in_future',
      detail: `The applied date cannot lie after today, ${ctx.today}.`,
    });
  const key = await claimSeat(tx, ctx, request);
  const unit = request.equipmentId
    ? await claimUnit(tx, ctx, request.equipmentId, request.recordsFact === true)
    : undefined;
  const refusal = (table: string) => (table === 'key' ? keyElsewhere() : notFound('unit'));
  await requireAsTold(
    tx,
    ctx,
    { key, equipment: unit, asked: [request.keyId, request.equipmentId], refusal },
    request.made,
  );
  if (unit) await refuseTwiceOnUnit(tx, key.id, unit);
  const customerId = await holderCustomer(tx, ctx, request, { key, unit });
  // The claim has left the one seat to us, and it was free by today at the latest.
  const seat = key.seats === 1 && appliedOn === ctx.today ? 1 : await freeSeat(tx, ctx, key, appliedOn);
  const assignmentId = ctx.newId();
  await insertRow({ db: tx }, 'assignment', {
    id: assignmentId,
    key_id: key.id,
    seat,
    equipment_id: unit?.id ?? null,
    customer_id: customerId,
    user_name: userName,
    user_f: foldText(userName),
    applied_on: appliedOn,
    applied_at: ctx.now(),
    applied_by: ctx.actor.id,
    remarks: request.remarks || '',
    remarks_f: foldText(request.remarks || ''),
  });
  const details = {
    assignment: assignmentId,
    product: key.product,
    maskedKey: key.mask,
    seat,
    ...(unit && { equipment: unit.name, serialNumber: unit.serial_number || undefined }),
    ...(userName && { userName }),
    appliedOn,
    ...(request.remarks && { remarks: request.remarks }),
    ...request.details,
  };
  return {
    assignmentId,
    audit: { action: 'key.applied', keyId: key.id, equipmentId: unit?.id ?? null, customerId, details },
  };
}

type Owned = { customer_id: string };

/** Whose an assignment is (P2): the unit's customer; without a unit the one given, else the key's. */
async function holderCustomer(
  tx: WriteDb,
  ctx: Ctx,
  { customerId, recordsFact }: SeatRequest,
  { key, unit }: { key: Owned; unit: Owned | undefined },
): Promise<string> {
  const owner = (unit ?? key).customer_id;
  if (customerId === undefined || customerId === owner) return owner;
  // A fact has been judged where it was read.
  if (!recordsFact) await requireCustomer(tx, ctx, customerId);
  if (!unit) return customerId;
  const detail = "An assignment on a unit belongs to the unit's customer. Leave customerId out.";
  throw invalid({ pointer: '/customerId', code: 'not_the_units', detail });
}

const keyColumns = [
  ...(['id', 'product_id', 'customer_id', 'mask', 'seats'] as const),
  ...(['seats_taken', 'revoked_at', 'version'] as const),
] as const;

/** Takes a free seat of a key, in a key that is usable on that day or in any. */
const claimsSeat = (isUsable: boolean) =>
  scopedStatement(({ db, scope }: ScopedWrites, { keyId, on }: { keyId: string; on: Day }) =>
    db
      .updateTable('key as k')
      .set((eb) => ({ seats_taken: eb('k.seats_taken', '+', 1) }))
      .where('k.id', '=', keyId)
      .whereRef('k.seats_taken', '<', 'k.seats')
      .where(keyOwn(scope))
      .$if(isUsable, (query) =>
        query.where('k.revoked_at', 'is', null).where('k.validity_end', '>=', on).where('k.validity_start', '<=', on),
      )
      // SQLite knows the alias everywhere but in RETURNING.
      .returning(keyColumns)
      .returning(sql<string>`(select p.name from product p where p.id = product_id)`.as('product')),
  );
const claimUsableSeat = claimsSeat(true);
const claimAnySeat = claimsSeat(false);

async function claimSeat(tx: WriteDb, ctx: Ctx, request: SeatRequest) {
  const claim = request.recordsFact ? claimAnySeat : claimUsableSeat;
  const [key] = await claim(
    { db: tx, fragments: ctx.fragments, scope: ctx.scope },
    { keyId: request.keyId, on: ctx.today },
  );
  if (!key) throw await refusal(tx, ctx, request.keyId);
  if (!request.recordsFact) requireVersion(ctx.ifMatch, key.version);
  return key;
}

/** Holds the unit's row until commit, so that it can neither leave service nor change customer meanwhile. */
async function claimUnit(tx: WriteDb, ctx: Ctx, id: string, anyStatus: boolean) {
  const unit = await tx
    .updateTable('equipment')
    .set((eb) => ({ status: eb.ref('status') }))
    .where('id', '=', id)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .returning([...unitColumns, 'status'])
    .executeTakeFirst();
  if (!unit) throw notFound('unit');
  if (!anyStatus && (unit.status === 'returned' || unit.status === 'retired'))
    throw new AppError(
      'equipment_out_of_service',
      `${unit.name} is ${unit.status}. Put it back in service first, or choose another unit.`,
    );
  return unit;
}

async function refuseTwiceOnUnit(tx: WriteDb, keyId: string, unit: { id: string; name: string }): Promise<void> {
  const row = await tx
    .selectFrom('assignment')
    .select('id')
    .where('key_id', '=', keyId)
    .where('equipment_id', '=', unit.id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (row)
    throw new AppError('already_on_equipment', `This key is already on ${unit.name}.`, [], {
      existing: { type: 'assignment', id: row.id },
    });
}

const nextSteps: Partial<Record<ProblemCode, string>> = {
  key_revoked: 'This key is revoked. Choose another key.',
  key_expired: 'This key has expired. Renew it, or choose another key.',
  key_not_yet_valid: 'This key is not valid yet. Choose another key, or correct its validity start.',
};

/** Why the seat could not be claimed, with what the actor may know of who has it. */
async function refusal(tx: WriteDb, ctx: Ctx, keyId: string): Promise<AppError> {
  const key = await tx
    .selectFrom('key as k')
    .select(['k.customer_id', 'k.product_id', 'k.revoked_at', 'k.validity_start', 'k.validity_end'])
    .select(['k.seats', 'k.seats_taken'])
    .where('k.id', '=', keyId)
    .where(keyVisible(ctx.scope))
    .executeTakeFirst();
  if (!key) return notFound('key');
  if (!inScope(ctx.scope, key.customer_id)) return keyElsewhere();
  const code =
    applyRefusal(
      {
        revoked: key.revoked_at !== null,
        validityStart: key.validity_start || null,
        validityEnd: key.validity_end === FAR_END ? null : key.validity_end,
        seats: key.seats,
        seatsTaken: key.seats_taken,
      },
      ctx.today,
    ) ?? 'seat_taken';
  const nextFree = await nextFreeKey({ ...ctx, db: reading(tx) }, key.product_id, keyId);
  if (code !== 'seat_taken')
    return new AppError(code, nextSteps[code] ?? 'This key cannot be applied.', [], { nextFree });
  const holder = await lastHolder(tx, ctx, keyId);
  const by = holder?.equipment ?? holder?.userName;
  const seats = key.seats === 1 ? 'This key is taken' : `All ${key.seats} seats of this key are taken`;
  const next = nextFree
    ? 'Apply the next free key of the same product instead.'
    : 'No other key of the product is free.';
  return new AppError('seat_taken', `${seats}${by ? ` by ${by}` : ''}. ${next}`, [], {
    ...(holder && { holder }),
    nextFree,
  });
}

/** Who took the last seat, where the actor may know them. */
async function lastHolder(tx: WriteDb, ctx: Ctx, keyId: string) {
  const row = await tx
    .selectFrom('assignment as a')
    .leftJoin('equipment as e', 'e.id', 'a.equipment_id')
    .select(['a.equipment_id', 'a.user_name', 'a.applied_at', 'e.name'])
    .select(sql<number>`case when ${holderVisible(ctx.scope, 'a')} then 1 else 0 end`.as('seen'))
    .where('a.key_id', '=', keyId)
    .where('a.removed_at', 'is', null)
    .orderBy('a.applied_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row?.seen !== 1) return undefined;
  return {
    ...(row.equipment_id !== null && { equipmentId: row.equipment_id, equipment: row.name ?? '' }),
    ...(row.user_name && { userName: row.user_name }),
    since: row.applied_at,
  };
}
