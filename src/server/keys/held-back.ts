import { sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import { inScope } from '../../domain/permissions.ts';
import { type OnUnit, untoldOnUnits } from '../audit/assignments-told.ts';
import { type Owned, untoldOwners } from '../audit/records-told.ts';
import { recordTampering } from '../change.ts';
import { type Ctx, may } from '../context.ts';
import { customerIn } from '../scope/scope-sql.ts';
import type { Tampering } from '../seals/seal.ts';

/** Why a text is not the actor's to have: nothing makes it theirs, or only a row that the server did not write. */
export type HeldBack = 'unassigned' | Tampering;

/**
 * Of these keys those whose text the actor may not have (P1, P2). A text is theirs with the key, if they may reveal any,
 * or on a unit of theirs; and rows count only as far as the log tells of them, since whoever writes the database can
 * write those. Of a key that is not its customer's by the log nobody has the text: the entry would stand under another.
 */
export async function keysHeldBack(ctx: Ctx, db: ReadDb, keys: readonly Owned[]): Promise<Map<string, HeldBack>> {
  const { app, scope } = ctx;
  const forged = await untoldOwners({ db, app }, 'key', keys);
  const isTheirs = (key: Owned) => may(ctx, 'keys.revealAny') && inScope(scope, key.customer_id);
  const others = keys.filter((key) => !forged.has(key.id) && !isTheirs(key)).map(({ id }) => id);
  const onUnits = await tamperingOnUnits(ctx, db, others);
  return new Map<string, HeldBack>([
    ...[...forged].map((id): [string, HeldBack] => [id, { table: 'key', id, what: 'unlogged' }]),
    ...others.flatMap((id): [string, HeldBack][] => {
      const found = onUnits.get(id);
      return found === 'none' ? [] : [[id, found ?? 'unassigned']];
    }),
  ]);
}

/** Records what was met where the work goes on without these keys. Outside of a change. */
export async function recordHeldBack({ app }: Ctx, found: Iterable<HeldBack>): Promise<void> {
  for (const reason of found) if (reason !== 'unassigned') await recordTampering(app, reason);
}

/** Of one key so many units are looked at: it has a unit that counts, or somebody has been at work. */
const mostUnits = 20;

/** Of each key that is on a unit in scope: `none` where one of these rows is as the log tells, else what is not. */
async function tamperingOnUnits(ctx: Ctx, db: ReadDb, keyIds: string[]): Promise<Map<string, Tampering | 'none'>> {
  const found = new Map<string, Tampering | 'none'>();
  const rows = await onUnitsInScope(ctx, db, keyIds);
  const log = { db, app: ctx.app };
  const untold = await untoldOnUnits(log, rows);
  const units = [...new Map(rows.map((row) => [row.equipment_id, { ...row, id: row.equipment_id }])).values()];
  const moved = ctx.scope === 'all' ? new Set<string>() : await untoldOwners(log, 'equipment', units);
  // What a query finds is judged by what it answers: somebody may have put something else in a table's place.
  for (const { id, customer_id } of units) if (!inScope(ctx.scope, customer_id)) moved.add(id);
  for (const { id, key_id, equipment_id } of rows) {
    if (found.get(key_id) === 'none') continue;
    if (untold.has(id)) found.set(key_id, { table: 'assignment', id, what: 'unlogged' });
    else if (moved.has(equipment_id)) found.set(key_id, { table: 'equipment', id: equipment_id, what: 'unlogged' });
    else found.set(key_id, 'none');
  }
  return found;
}

type Row = OnUnit & Pick<Owned, 'customer_id'>;

async function onUnitsInScope(ctx: Ctx, db: ReadDb, keyIds: string[]): Promise<Row[]> {
  if (keyIds.length === 0) return [];
  const { isInList, listOf } = ctx.app.database.fragments;
  const query = db
    .selectFrom('assignment as a')
    .innerJoin('equipment as e', 'e.id', 'a.equipment_id')
    .select(['a.id', 'a.key_id', 'e.id as equipment_id', 'e.customer_id'])
    .where(isInList('a.key_id', listOf(keyIds)))
    .where('a.removed_at', 'is', null)
    .where(customerIn(ctx.scope, sql`e.customer_id`));
  return (keyIds.length === 1 ? query.limit(mostUnits) : query).execute();
}
