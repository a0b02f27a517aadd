import { AppError, type ProblemCode } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { claimActor, countUses, requireWithinLimit, spendUses } from './limits.ts';

export type Tried = 'newKeys' | 'importedKeys';
type Trying = Pick<Ctx, 'app' | 'actor' | 'scope'>;

/** What one is told of a record out of one's sight, by being refused its text, name or number, weighs so much. */
const hitWeight = 100;

/**
 * Counts what somebody limited to some customers is about to try, whatever comes of it: every answer says whether
 * somebody else has it. Refuses what goes beyond the limit, counted over all servers and sessions, one request after
 * another. People of all customers see every record, so they try nothing.
 */
export async function claimTries(ctx: Trying, what: Tried, count: number): Promise<void> {
  if (ctx.scope === 'all' || count === 0) return;
  await ctx.app.database.transaction(async (tx) => {
    await claimActor(tx, ctx);
    await countUses(tx, ctx, what, count);
  });
}

/** What tries that have hit out of the actor's sight cost more: they were counted as one each before. */
export function costOfHits(hits: number): number {
  return hits * (hitWeight - 1);
}

/** Counts hits before anybody is told of them. Refuses, and so tells of none, where they are more than are left. */
export async function claimHits(ctx: Trying, what: Tried, hits: number): Promise<void> {
  if (ctx.scope === 'all' || hits === 0) return;
  const refusal = await ctx.app.database.transaction(async (tx) => {
    await claimActor(tx, ctx);
    return spendUses(tx, ctx, { [what]: costOfHits(hits) });
  });
  if (refusal) throw refusal;
}

/** Refuses where more was hit meanwhile than may be told: what is no hit is answered no better then. */
export async function requireTriesLeft(ctx: Trying & Pick<Ctx, 'db'>, what: Tried): Promise<void> {
  if (ctx.scope !== 'all') await requireWithinLimit(ctx.db, ctx, what, 0);
}

export type Verb<Input, Result> = (ctx: Ctx, input: Input) => Promise<Result>;

/**
 * A verb that counts what its requests try: `given` says how many texts, names or numbers a body gives. Of license keys
 * `tellsTexts` counts the hits.
 */
export function tried<Input, Result>(given: (input: Input) => number, verb: Verb<Input, Result>): Verb<Input, Result> {
  return async (ctx, input) => {
    await claimTries(ctx, 'newKeys', given(input));
    try {
      return await verb(ctx, input);
    } catch (error) {
      if (tellsOfOthers(error)) await claimHits(ctx, 'newKeys', 1);
      throw error;
    }
  };
}

const toldByRefusal: ReadonlySet<string> = new Set<ProblemCode>(['name_taken', 'serial_number_taken', 'archived']);

/** Whether a refusal tells of a name or number that a record, which may be out of the actor's sight, has: it names none. */
export function tellsOfOthers(error: unknown): boolean {
  return error instanceof AppError && toldByRefusal.has(error.code) && error.extra.existing === undefined;
}
