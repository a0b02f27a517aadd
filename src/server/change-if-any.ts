import type { AuditDraft, Ctx } from './context.ts';
import type { ChangeTx } from './seals/change-sealed.ts';

/** Thrown where nothing was to be changed, so that the claim of the row is rolled back and nothing is recorded. */
class NothingChanged extends Error {}

type MaybeChanged<Result> = { result: Result; audit: AuditDraft[]; endsActor?: boolean; owesFactor?: boolean };

/** `ctx.change` for work that may find nothing to do: with no audit entry, nothing is written. */
export async function changeIfAny<Result>(
  ctx: Pick<Ctx, 'change'>,
  work: (tx: ChangeTx) => Promise<MaybeChanged<Result>>,
): Promise<Result> {
  let unchanged: { result: Result } | undefined;
  try {
    return await ctx.change(async (tx) => {
      const { result, audit, ...more } = await work(tx);
      const [first, ...rest] = audit;
      if (first) return { result, audit: [first, ...rest], ...more };
      unchanged = { result };
      throw new NothingChanged();
    });
  } catch (error) {
    if (error instanceof NothingChanged && unchanged) return unchanged.result;
    throw error;
  }
}
