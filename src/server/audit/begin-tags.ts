import type { Database, WriteDb } from '../../db/open.ts';
import { encodeBase64Url } from '../../domain/audit/base64.ts';
import { type Frontier, rootOf } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { systemActor } from '../people/actors.ts';
import type { Vault } from '../vault.ts';
import { appendEntries, tagsBegunAfter } from './append.ts';
import { keptNotes, readTagsWitness } from './kept-checkpoints.ts';
import { readIdentity, verifyDatabase } from './log-source.ts';
import { firstBegun } from './prove-growth.ts';
import { sha256 } from './sha256.ts';

/** The log that was found to be as signed. */
export type JudgedLog = { size: number; root: string };

/**
 * Judges a log without tags before tags begin: what they begin over is believed from then on. It must be what the
 * checkpoints in the database and in DATA_DIR/checkpoints signed, and it must never have had tags. Refuses in words;
 * nothing is changed.
 */
export async function judgeUntagged(on: { config: Config; database: Database }): Promise<JudgedLog> {
  const { config, database } = on;
  await requireUntagged(config, database);
  const identity = await readIdentity(database.read);
  const outside = identity ? keptNotes(config, identity) : [];
  const { ok, size, root, firstBad } = await verifyDatabase(database, { outside });
  if (!ok) throw refused(firstBad?.problem ?? 'it is damaged');
  return { size, root };
}

/** Refuses where the log, or a file beside the kept checkpoints, says that its entries had tags. */
export async function requireUntagged(config: Config, database: Database): Promise<void> {
  const identity = await readIdentity(database.read);
  const witness = identity && readTagsWitness(config, identity.origin);
  if (witness)
    throw refused(
      `${witness.file} says that its entries have tags from ${witness.from} on, and the key of tags is gone`,
    );
  const begun = (await firstBegun(database.read))?.idx ?? (await firstTagged(database));
  if (begun !== undefined)
    throw refused(`entry ${begun} shows that its entries have tags, and the key of tags is gone`);
}

async function firstTagged({ read }: Database): Promise<number | undefined> {
  const row = await read
    .selectFrom('audit_entry')
    .select('idx')
    .where('tag', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row?.idx;
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
  judged: JudgedLog | undefined,
  by: { database: Database; randomBytes: (count: number) => Buffer; now: string },
): Promise<void> {
  if (judged && (judged.size !== head.size || judged.root !== encodeBase64Url(rootOf(sha256, head))))
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
  });
}
