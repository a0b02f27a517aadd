import type { ReadDb } from '../../db/open.ts';
import type { Frontier } from '../../domain/audit/tree.ts';
import type { App } from '../context.ts';
import { newestKept, signedCheckpoint } from './kept-checkpoints.ts';
import type { Known } from './prove-growth.ts';
import { inconsistent } from './signing.ts';

type Stored = Known & { note: string };

/** The newest checkpoint in the database, and the newest of those and the ones that lie as files. */
export async function knownStates(
  { config, vault, db }: Pick<App, 'config' | 'vault'> & { db: ReadDb },
  { origin }: { origin: string },
): Promise<{ newest: Known | undefined; stored: Stored | undefined }> {
  const row = await db
    .selectFrom('audit_checkpoint')
    .select(['size', 'note'])
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  const signed = row && signedCheckpoint(vault.signsAs, row.note);
  if (row && (signed?.size !== row.size || signed.origin !== origin))
    throw inconsistent(`the checkpoint of size ${row.size} in the database was not signed by this installation`);
  const stored = row && signed && { ...row, root: signed.root, words: `the checkpoint of size ${row.size}` };
  const kept = newestKept(config, vault.signsAs);
  if (kept && kept.origin !== origin)
    throw inconsistent(`it calls itself ${origin}, and the checkpoint ${kept.file} was signed for ${kept.origin}`);
  const isNewer = kept && kept.size >= (stored?.size ?? 0);
  return { newest: isNewer ? { ...kept, words: `the checkpoint ${kept.file}` } : stored, stored };
}

/** Throws `log_inconsistent` where a log has fewer entries than were signed. */
export function requireAsLong(signed: Known | undefined, { size }: Frontier): void {
  if (signed && signed.size > size)
    throw inconsistent(`it has ${size} entries, and ${signed.words} knows ${signed.size}`);
}
