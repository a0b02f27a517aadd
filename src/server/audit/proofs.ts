import type { getCheckpoint, getProof } from '../../contract/audit.ts';
import type { OutputOf } from '../../contract/endpoint.ts';
import { encodeBase64Url } from '../../domain/audit/base64.ts';
import { leafHash } from '../../domain/audit/tree.ts';
import { type Ctx, notFound } from '../context.ts';
import { entryVisible } from '../scope/scope-sql.ts';
import { makeCheckpoint, recentCheckpoint } from './checkpoints.ts';
import { newProver } from './prover.ts';
import { sha256 } from './sha256.ts';

/** The newest signed checkpoint, a minute old at most, and until when it tells the story. The time of an entry names nobody: it has no scope. */
export async function readCheckpoint(ctx: Ctx): Promise<OutputOf<typeof getCheckpoint>> {
  const made = await recentCheckpoint(ctx.app);
  const last = await ctx.db
    .selectFrom('audit_entry')
    .select('at')
    .where('idx', '=', made.size - 1)
    .executeTakeFirst();
  return { ...made, lastEntryAt: last?.at ?? null };
}

/** The proof that a visible entry is in the log that the newest checkpoint signed. */
export async function readProof(ctx: Ctx, { params }: { params: { idx: number } }): Promise<OutputOf<typeof getProof>> {
  const row = await ctx.db
    .selectFrom('audit_entry as e')
    .select(['e.idx', 'e.header'])
    .where('e.idx', '=', params.idx)
    .where(entryVisible(ctx.scope))
    .executeTakeFirst();
  if (!row) throw notFound('audit entry');
  const { size, checkpoint } = await makeCheckpoint(ctx.app);
  const leaf = encodeBase64Url(leafHash(sha256, row.header));
  return { ...row, leaf, proof: await newProver(ctx.db)(row.idx, size), size, checkpoint };
}
