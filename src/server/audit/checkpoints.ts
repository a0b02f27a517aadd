import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointBody, decodeVerifierKey, formatCheckpoint } from '../../domain/audit/checkpoint.ts';
import { decodeFrontier, rootOf } from '../../domain/audit/tree.ts';
import type { App } from '../context.ts';
import { readIdentity } from './log-source.ts';
import { sha256 } from './sha256.ts';

/** A signed statement of what the first `size` entries are; `publicKey` (vkey) is what it is checked with. */
export type SignedCheckpoint = { origin: string; size: number; checkpoint: string; publicKey: string };

/**
 * The signed checkpoint of the log as it is now: the newest one, or a new one where entries came since. It is kept in
 * the database and as a file in DATA_DIR/checkpoints.
 */
export async function makeCheckpoint(app: App): Promise<SignedCheckpoint> {
  const db = app.database.read;
  const identity = await readIdentity(db);
  const head = await db.selectFrom('audit_head').select(['size', 'frontier']).where('id', '=', 1).executeTakeFirst();
  const frontier = head && decodeFrontier(head.frontier);
  if (!identity || !frontier || frontier.size !== head.size)
    throw new Error('the head of the audit log is missing or damaged: no checkpoint can be made');
  // Never below one that was signed before: a log that was cut off is not to get a signature for it.
  const newest = await newestCheckpoint(app);
  if (newest && newest.size >= head.size) return newest;
  const note = signedNote(app, identity, head.size, rootOf(sha256, frontier));
  await store(app, head.size, note);
  const made = { ...identity, size: head.size, checkpoint: note };
  writeCheckpointFile(app, made);
  return made;
}

async function newestCheckpoint({ database: { read } }: App): Promise<SignedCheckpoint | undefined> {
  const identity = await readIdentity(read);
  const row = await read
    .selectFrom('audit_checkpoint')
    .select(['size', 'note as checkpoint'])
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && identity && { ...identity, ...row };
}

function signedNote(
  app: App,
  { origin, publicKey }: { origin: string; publicKey: string },
  size: number,
  root: Uint8Array,
) {
  const key = decodeVerifierKey(sha256, publicKey);
  if (!key) throw new Error('the public key of the audit log is damaged: no checkpoint can be made');
  const body = checkpointBody(origin, size, root);
  return formatCheckpoint(body, key.name, key.keyId, app.vault.sign(Buffer.from(body)));
}

/** Another server may make the same one at the same moment: signatures of one text by one key are the same. */
async function store({ database }: App, size: number, note: string): Promise<void> {
  await database.transaction(async (tx) => {
    const known = await tx.selectFrom('audit_checkpoint').select('size').where('size', '=', size).executeTakeFirst();
    if (known) return;
    await tx
      .insertInto('audit_checkpoint')
      .values({ size, note })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

/** Where checkpoints lie as files, for whoever carries them away, with the public key beside them. */
function checkpointFolder({ config }: App): string {
  return join(config.dataDir, 'checkpoints');
}

/** A file that is there stays as it is: if it says something else, it is the witness. Failures are only logged. */
function writeCheckpointFile(app: App, { size, checkpoint, publicKey }: SignedCheckpoint): void {
  const folder = checkpointFolder(app);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeOnce(join(folder, `${String(size).padStart(12, '0')}.txt`), checkpoint);
    writeOnce(join(folder, 'public-key.txt'), `${publicKey}\n`);
  } catch (error) {
    reportFailure(app, error);
  }
}

function writeOnce(file: string, text: string): void {
  if (!existsSync(file)) writeFileSync(file, text, { mode: 0o600, flush: true });
}

function reportFailure(app: App, error: unknown): void {
  app.reportBug(error, { requestId: '', method: 'JOB', path: 'checkpoint', code: 'internal' });
}

/** How many entries there may be before the next checkpoint. */
const every = 1000;

/** Makes checkpoints when they are due. Nothing here throws: a change never fails for want of a checkpoint. */
export type CheckpointKeeper = {
  /** To be told of every commit: due every 1,000 entries, and after every erasure. */
  onAppended: (size: number, erased: boolean) => void;
  /** To be called every hour: due if anything was appended. */
  hourly: () => Promise<void>;
  /** Makes a last one, and waits for those under way. */
  stop: () => Promise<void>;
};

export function checkpointKeeper(app: App): CheckpointKeeper {
  let signed = 0;
  let running: Promise<void> | undefined;
  let isDueAgain = false;

  const makeOne = async (): Promise<void> => {
    try {
      signed = (await makeCheckpoint(app)).size;
    } catch (error) {
      reportFailure(app, error);
    }
  };
  const run = async (): Promise<void> => {
    do {
      isDueAgain = false;
      await makeOne();
    } while (isDueAgain);
    running = undefined;
  };
  const make = (): Promise<void> => {
    if (running) isDueAgain = true;
    else running = run();
    return running ?? Promise.resolve();
  };

  return {
    onAppended: (size, erased) => {
      if (erased || size - signed >= every) void make();
    },
    hourly: make,
    stop: make,
  };
}
