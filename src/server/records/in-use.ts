import { sql } from 'kysely';
import { databaseFault } from '../../db/faults.ts';
import { AppError } from '../../domain/errors.ts';
import { readAssignmentsInOrder } from '../assignments/assignment-queries.ts';
import type { ReadCtx } from '../context.ts';
import { namedKey } from '../equipment/keys-on.ts';
import { licenseName } from '../licenses/license-record.ts';
import type { Condition } from '../list/run-list.ts';
import { assignmentVisible, customerIn, keyVisible } from '../scope/scope-sql.ts';

export type Pointing = { type: string; id: string; name: string };

const shown = 5;

/** Runs a deletion; where a foreign key refuses it, the refusal lists what points to the record (E7). */
export async function unlessInUse(work: () => Promise<unknown>, advice: string, pointing: () => Promise<Pointing[]>) {
  try {
    await work();
  } catch (error) {
    if (databaseFault(error)?.kind !== 'foreignKey') throw error;
    throw inUse(advice, await pointing());
  }
}

/** The refusal to delete what others point to: up to five of them, and what to do instead. */
export function inUse(advice: string, pointing: Pointing[]): AppError {
  const heldBy = pointing.slice(0, shown);
  const names = heldBy.map(({ type, name }) => `${type} ${name}`).join(', ');
  return new AppError('in_use', `Other records point to this one${names && `: ${names}`}. ${advice}`, [], { heldBy });
}

/** The first visible keys (alias `k`) for which `where` holds. */
export async function keysPointing(ctx: ReadCtx, where: Condition): Promise<Pointing[]> {
  const rows = await ctx.db
    .selectFrom('key as k')
    .innerJoin('product as p', 'p.id', 'k.product_id')
    .select(['k.id', 'k.mask', 'p.name'])
    .where(where)
    .where(keyVisible(ctx.scope))
    .orderBy('k.id')
    .limit(shown)
    .execute();
  return rows.map(namedKey);
}

/** The first visible licenses (alias `l`) for which `where` holds. */
export async function licensesPointing(ctx: ReadCtx, where: Condition): Promise<Pointing[]> {
  const rows = await ctx.db
    .selectFrom('license as l')
    .innerJoin('product as p', 'p.id', 'l.product_id')
    .select(['l.id', 'l.order_number', 'p.name'])
    .where(where)
    .where(customerIn(ctx.scope, sql`l.customer_id`))
    .orderBy('l.id')
    .limit(shown)
    .execute();
  return rows.map((row) => ({
    type: 'license',
    id: row.id,
    name: licenseName(row.name, row.order_number),
  }));
}

/** The first visible units (alias `e`) for which `where` holds. */
export async function unitsPointing(ctx: ReadCtx, where: Condition): Promise<Pointing[]> {
  const rows = await ctx.db
    .selectFrom('equipment as e')
    .select(['e.id', 'e.name'])
    .where(where)
    .where(customerIn(ctx.scope, sql`e.customer_id`))
    .orderBy('e.id')
    .limit(shown)
    .execute();
  return rows.map(({ id, name }) => ({ type: 'equipment', id, name }));
}

/** The first visible assignments (alias `a`), present or past, for which `where` holds. */
export async function assignmentsPointing(ctx: ReadCtx, where: Condition): Promise<Pointing[]> {
  const rows = await ctx.db
    .selectFrom('assignment as a')
    .select('a.id')
    .where(where)
    .where(assignmentVisible(ctx.scope))
    .orderBy('a.id')
    .limit(shown)
    .execute();
  // As the list of assignments shows them: of a key out of sight what it was when it was removed (S5).
  const found = await readAssignmentsInOrder(
    ctx,
    rows.map(({ id }) => id),
  );
  return found.map(({ id, key, removedOn }) => ({
    type: 'assignment',
    id,
    name: `${[key.product.name, key.maskedKey].filter(Boolean).join(' - ')}${removedOn === null ? '' : `, removed ${removedOn}`}`,
  }));
}
