import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { type Frontier, rootOf } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';
import type { App, AuditDraft } from '../context.ts';
import { inBackground } from '../in-background.ts';
import { readHead, requireAfter, requireTables } from './head.ts';
import { knownStates, requireAsLong } from './known-states.ts';
import { emptyMemory, keep, type LogMemory, remember, remembersContentOf, takeIn } from './log-memory.ts';
import { readIdentity } from './log-source.ts';
import { type Known, proveGrowth, requireRoot } from './prove-growth.ts';
import { sha256 } from './sha256.ts';

/** What other servers wrote is read after this time; what this one wrote, it knows. */
const readAgainMs = 10_000;
/** Of a log that is longer nobody waits until it is read for the first time: one or two seconds. */
const mostWaitedFor = 50_000;

/**
 * Reads on in the log and proves what it reads: no entry is missing, each was written by this installation, and they follow
 * on what was read and written here before. Throws `log_inconsistent` where that is not so; what was learned before stays.
 */
export async function readLog(app: App): Promise<void> {
  const { signing } = app;
  signing.reading ??= readOn(app).finally(() => {
    signing.reading = undefined;
  });
  await signing.reading;
}

async function readOn(app: App): Promise<void> {
  const { signing, clock } = app;
  const now = clock().getTime();
  try {
    const { learned, tree } = await learn(app, app.database.read);
    takeIn(signing.memory, learned);
    signing.read = tree;
    signing.broken = undefined;
    signing.readAt = now;
  } catch (error) {
    // A database that does not answer says nothing of its log: whoever asks next reads on.
    if (!(error instanceof AppError)) throw error;
    signing.broken = error;
    signing.readAt = now;
    throw error;
  }
}

/**
 * What the log tells after what was read before, and the tree of all of it. Read from its first entry on it must be the log
 * that was signed, by the newest checkpoint in the database or kept as a file: an older state was put back otherwise.
 */
async function learn(app: App, db: ReadDb): Promise<{ learned: LogMemory; tree: Frontier }> {
  const { signing, vault } = app;
  const { read, written } = signing;
  const learned = emptyMemory();
  // Before the head: the log only grows.
  const signed = read.size === 0 && !signing.goesBack ? await signedBefore(app, db) : undefined;
  await requireTables({ db, fragments: app.database.fragments });
  const head = await readHead(db);
  requireAfter(read, head);
  requireAfter(written, head);
  requireAsLong(signed, head);
  const known = { size: read.size, root: rootOf(sha256, read), words: 'this server' };
  const tree = await proveGrowth(db, {
    known: read.size === 0 ? undefined : known,
    head,
    proven: read,
    tagOf: vault.tag,
    contentOf: remembersContentOf,
    see: (row, after) => {
      if (after.size === written?.size) requireAfter(written, after);
      if (after.size === signed?.size) requireRoot(signed, after);
      remember(learned, row);
    },
  });
  return { learned, tree };
}

async function signedBefore({ config, vault }: App, db: ReadDb): Promise<Known | undefined> {
  const identity = await readIdentity(db);
  return identity && (await knownStates({ config, vault, db }, identity)).newest;
}

/**
 * What the log tells, as this server remembers it; undefined while a long log is read for the first time. `isFresh` sees
 * what other servers have just written. Throws `log_inconsistent` where the log is not what was written. Outside of a
 * transaction: it may wait for a connection.
 */
export async function rememberedLog(app: App, { isFresh = false } = {}): Promise<LogMemory | undefined> {
  const { signing, clock } = app;
  if (await isLongUnread(app, app.database.read)) {
    if (!signing.reading) inBackground(app, 'log', () => readLog(app));
    return undefined;
  }
  const isRecent = signing.readAt !== undefined && Math.abs(clock().getTime() - signing.readAt) < readAgainMs;
  if (isRecent && !isFresh && !signing.reading) {
    if (signing.broken) throw signing.broken;
    return signing.memory;
  }
  // A reading that is under way may have begun before the last commit.
  if (isFresh) await signing.reading?.catch(() => undefined);
  await readLog(app);
  return signing.memory;
}

async function isLongUnread({ signing }: App, db: ReadDb): Promise<boolean> {
  return signing.read.size === 0 && !signing.broken && (await readHead(db)).size > mostWaitedFor;
}

/**
 * What the log tells beyond what is remembered, by the handle of a change, which sees what others have just committed. It
 * is not remembered: the transaction may see what is never committed. Throws like `rememberedLog`, and where a long log has
 * not been read yet.
 */
export async function learnInside(app: App, tx: WriteDb): Promise<LogMemory> {
  await requireRead(app, tx);
  return (await learn(app, reading(tx))).learned;
}

/** Refuses, in the first seconds of a server, what must not be done before its log was read: it may be one of before. */
export async function requireRead(app: App, tx: WriteDb): Promise<void> {
  if (await isLongUnread(app, reading(tx)))
    throw new AppError('unavailable', 'This server has not read its whole audit log yet. Try again in some seconds.');
}

/** What this server remembers, which outside of a server is read for it: by the handle of a change, as above. */
export async function rememberedInside(app: App, tx: WriteDb): Promise<LogMemory> {
  return app.signing.read.size === 0 ? learnInside(app, tx) : app.signing.memory;
}

/** The same; undefined as well where the log is not what was written. */
export async function rememberedIfProven(app: App, asked: { isFresh?: boolean }): Promise<LogMemory | undefined> {
  try {
    return await rememberedLog(app, asked);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Reads on as far as the log is what was written, however long it is. */
export async function readIfProven(app: App): Promise<void> {
  try {
    await readLog(app);
  } catch (error) {
    // Whoever signs or verifies the log says so.
    if (!(error instanceof AppError)) throw error;
  }
}

/** Takes in what this server has just committed: nobody can hide that from it, nor take it away. */
export function noteWritten(
  { signing }: Pick<App, 'signing'>,
  drafts: readonly AuditDraft[],
  { size, tree }: { size: number; tree: Frontier },
): void {
  if (size > (signing.written?.size ?? 0)) signing.written = tree;
  for (const [position, draft] of drafts.entries()) {
    if ('erases' in draft) continue;
    const { action, details, keyId = null, equipmentId = null, customerId = null } = draft;
    const subject = 'subject' in draft ? draft.subject : `key:${keyId}`;
    const i = size - drafts.length + position;
    keep(signing.memory, { a: action, i, s: subject, k: keyId, e: equipmentId, o: customerId }, details);
  }
}
