import { basename } from 'node:path';
import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { decodeHeader } from '../../domain/audit/entry.ts';
import { AppError } from '../../domain/errors.ts';
import { checkpointFiles, sizeOfFile } from '../audit/kept-checkpoints.ts';
import type { App } from '../context.ts';
import { recordsThere } from '../secrets/new-log.ts';

/** What an installation may record before anybody has set it up. */
const beforeSetup: ReadonlySet<string> = new Set([
  'tags.begun',
  'clock.accepted',
  'rotation.completed',
  'restore.completed',
  'tampering.found',
] satisfies AuditAction[]);

/** More entries than these, nobody makes before the set-up. */
const mostBefore = 1000;

/**
 * Whether the first administrator is still to be made. That there are no settings does not say so: whoever can write the
 * database can delete them. There never were any where the log holds only what is recorded before a set-up, as headers
 * with a right tag say, no file in DATA_DIR/checkpoints knows more entries, and there are no records. Anything else is
 * refused (`log_inconsistent`) in words that say what is gone. Inside a change, `db` is its own.
 */
export async function isToBeSetUp(app: App, db: ReadDb | WriteDb = app.database.read): Promise<boolean> {
  const read = reading(db);
  if (await hasSettings(read)) return false;
  const trace = await traceOfSetup(app, read);
  // Whoever has set it up meanwhile made both.
  if (await hasSettings(read)) return false;
  if (trace === undefined) return true;
  throw new AppError(
    'log_inconsistent',
    `The settings of the organisation are gone from the database, and ${trace}: somebody deleted what was there. It is not set up a second time, because whoever did that would have all of it. Nothing was changed. Restore a backup (keybook restore FILE --replace).`,
  );
}

async function hasSettings(db: ReadDb): Promise<boolean> {
  return (await db.selectFrom('settings').select('id').executeTakeFirst()) !== undefined;
}

/** What says that there was a set-up, in words. The log may grow meanwhile: what knows how long it was is asked before it. */
async function traceOfSetup({ config, vault }: App, db: ReadDb): Promise<string | undefined> {
  const kept = checkpointFiles(config).at(-1);
  const head = await db.selectFrom('audit_head').select('size').executeTakeFirst();
  const entries = await db
    .selectFrom('audit_entry')
    .select(['idx', 'header', 'tag'])
    .orderBy('idx')
    .limit(mostBefore + 1)
    .execute();
  const other = entries.find(
    ({ header, tag }, at) =>
      at === mostBefore || tag !== vault.tag(header) || !beforeSetup.has(decodeHeader(header)?.a ?? ''),
  );
  if (other) return `the audit log has entries of after a set-up (from entry ${other.idx} on)`;
  if (kept !== undefined && sizeOfFile(kept) > entries.length)
    return `the checkpoint ${basename(kept)} tells of ${sizeOfFile(kept)} entries of the audit log, which has ${entries.length}`;
  if (head?.size !== entries.length)
    return `the audit log says of itself that it has ${head?.size ?? 'no'} entries, and has ${entries.length}`;
  const records = await recordsThere(db);
  return records.length > 0 ? `it has records that the audit log does not tell of (${records.join(', ')})` : undefined;
}
