import type { Database, WriteDb } from '../../db/open.ts';
import { encodeBase64Url } from '../../domain/audit/base64.ts';
import { type Frontier, rootOf } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { systemActor } from '../people/actors.ts';
import type { Vault } from '../secrets/vault.ts';
import { appendEntries, tagsBegunAfter } from './append.ts';
import { type BelievedLog, believeUntagged, type JudgedLog, refuseTagged } from './believe-untagged.ts';
import { keptCheckpoints, renamedWords } from './kept-checkpoints.ts';
import { readIdentity, verifyDatabase } from './log-source.ts';
import { sha256 } from './sha256.ts';
import { foreignIdentityWords } from './signing.ts';
import { readerFrom } from './told-by-log.ts';

/**
 * Judges a log without tags before tags begin at a start: what they begin over is believed from then on. It must be what
 * the checkpoints in the database and in DATA_DIR/checkpoints signed, and it must never have had tags. `publicKey` is the
 * one that the master key opened: what the database says of itself, a writer of it may have changed. Refuses in words
 * that name the files; nothing is changed.
 */
export async function judgeUntagged(
  { config, database }: { config: Config; database: Database },
  publicKey: Uint8Array,
): Promise<BelievedLog> {
  await requireUntagged({ config, database });
  const identity = await readIdentity(database.read);
  const kept = keptCheckpoints(config, publicKey);
  const wrong = foreignIdentityWords(identity, publicKey) ?? renamedWords(kept, identity?.origin);
  if (wrong) throw refused(wrong);
  const outside = kept.map(({ note }) => note);
  const { ok, size, root, firstBad, latestCheckpoint } = await verifyDatabase(database, { outside });
  const newest = kept.at(-1);
  const files = newest ? ` (the newest checkpoint kept here: ${newest.file})` : '';
  if (!ok) throw refused(`${firstBad?.problem ?? 'it is damaged'}${files}`);
  return believeUntagged(
    { config, database },
    { size, root, signed: latestCheckpoint?.size ?? 0 },
    { refuse: refused },
  );
}

/** Refuses where the log, or a file beside the kept checkpoints or the master key, says that entries had tags. */
export function requireUntagged(installation: { config: Config; database: Database }): Promise<void> {
  return refuseTagged(installation, { refuse: refused });
}

function refused(why: string): AppError {
  return new AppError(
    'log_inconsistent',
    `The audit log is not what was signed: ${why}. Keybook does not start on it, because what it holds would then be taken for genuine. Nothing was changed. Look with keybook audit verify, and restore a backup (keybook restore FILE --replace).`,
  );
}

/**
 * Has tags begin in a log of before: its next entry states what came before it. In the transaction that makes the key of
 * tags, under the log's head row. A new log begins with that entry by itself.
 */
export async function beginTags(
  tx: WriteDb,
  vault: Vault,
  head: Frontier,
  judged: JudgedLog,
  by: { database: Database; randomBytes: (count: number) => Buffer; now: string },
): Promise<void> {
  if (judged.size !== head.size || judged.root !== encodeBase64Url(rootOf(sha256, head)))
    throw new AppError(
      'unavailable',
      'Another server writes to this database. Stop all of the old version, then start again.',
    );
  if (head.size === 0) return;
  await appendEntries(tx, [tagsBegunAfter(head)], {
    actor: systemActor('system'),
    address: undefined,
    at: by.now,
    fragments: by.database.fragments,
    clock: new Date(by.now),
    randomBytes: by.randomBytes,
    tag: vault.tag,
    read: readerFrom(head.size, vault.tag),
    written: undefined,
  });
}
