import type { Database } from '../../db/open.ts';
import { decodeVerifierKey } from '../../domain/audit/checkpoint.ts';
import type { VerifyResult } from '../../domain/audit/verify.ts';
import type { Config } from '../config.ts';
import { keptCheckpoints } from './kept-checkpoints.ts';
import { readIdentity, type VerifyWith, verifyDatabase } from './log-source.ts';
import { sha256 } from './sha256.ts';

/** Verifies the log of this installation, by the checkpoints in DATA_DIR/checkpoints as well. */
export async function judgeLog(
  { config, database }: { config: Config; database: Database },
  { outside = [], ...more }: VerifyWith,
): Promise<VerifyResult> {
  const identity = await readIdentity(database.read);
  const stored = await database.read.selectFrom('audit_checkpoint').select('note').execute();
  const known = new Set(stored.map(({ note }) => note));
  // Those of another name are among them, and are findings.
  const key = identity && decodeVerifierKey(sha256, identity.publicKey);
  const kept = key ? keptCheckpoints(config, key.publicKey).map(({ note }) => note) : [];
  return verifyDatabase(database, { ...more, outside: [...outside, ...kept.filter((note) => !known.has(note))] });
}
