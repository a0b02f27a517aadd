import type { Database } from '../../db/open.ts';
import type { VerifyResult } from '../../domain/audit/verify.ts';
import type { Config } from '../config.ts';
import { keptNotes } from './kept-checkpoints.ts';
import { type VerifyWith, verifyDatabase } from './log-source.ts';

/** Verifies the log of this installation, by the checkpoints in DATA_DIR/checkpoints as well. */
export async function judgeLog(
  { config, database }: { config: Config; database: Database },
  { outside = [], ...more }: VerifyWith,
): Promise<VerifyResult> {
  const stored = await database.read.selectFrom('audit_checkpoint').select('note').execute();
  const known = new Set(stored.map(({ note }) => note));
  // Those of another name or key are among them, and are findings: the database says whose log it is.
  const kept = keptNotes(config).filter((note) => !known.has(note));
  return verifyDatabase(database, { ...more, outside: [...outside, ...kept] });
}
