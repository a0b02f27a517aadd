import { AppError } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { KeysTaken } from '../keys/unique-text.ts';
import { claimActor, countUses, noteUses } from './limits.ts';

type Tried = 'newKeys' | 'importedKeys';
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

/** Counts what the tries have hit out of the actor's sight; they were counted as one each before. */
export async function noteHits(ctx: Trying, what: Tried, hits: number): Promise<void> {
  if (ctx.scope === 'all' || hits === 0) return;
  await ctx.app.database.transaction((tx) => noteUses(tx, ctx, what, hits * (hitWeight - 1)));
}

type Verb<Input, Result> = (ctx: Ctx, input: Input) => Promise<Result>;

/** A verb that counts what its requests try: `given` says how many texts, names or numbers a body gives. */
export function tried<Input, Result>(given: (input: Input) => number, verb: Verb<Input, Result>): Verb<Input, Result> {
  return async (ctx, input) => {
    await claimTries(ctx, 'newKeys', given(input));
    try {
      return await verb(ctx, input);
    } catch (error) {
      await noteHits(ctx, 'newKeys', hitsOf(error));
      throw error;
    }
  };
}

/** Records out of the actor's sight that a refusal tells of. */
function hitsOf(error: unknown): number {
  if (error instanceof KeysTaken) return error.outOfSight;
  const isTaken = error instanceof AppError && (error.code === 'name_taken' || error.code === 'serial_number_taken');
  return isTaken && error.extra.existing === undefined ? 1 : 0;
}
