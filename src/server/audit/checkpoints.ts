import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointBody, decodeVerifierKey, formatCheckpoint } from '../../domain/audit/checkpoint.ts';
import { rootOf } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import { inBackground } from '../in-background.ts';
import { writeWhole } from '../write-whole.ts';
import { readHead, requireAfter } from './head.ts';
import { checkpointName, setUnreadableAside } from './kept-checkpoints.ts';
import { knownStates, requireAsLong } from './known-states.ts';
import { readIdentity } from './log-source.ts';
import { firstBegun, proveGrowth } from './prove-growth.ts';
import { readLog } from './read-log.ts';
import { sha256 } from './sha256.ts';
import { foreignIdentityWords, inconsistent, type SignedCheckpoint } from './signing.ts';
import { writeTagsWitness } from './tags-witness.ts';

/**
 * The signed checkpoint of the log as it is now: the newest one, or a new one where entries came since. It is kept in
 * the database and as a file in DATA_DIR/checkpoints. Nothing is signed that does not continue what was signed before,
 * in either place, or that this installation did not write: `log_inconsistent`, which is told in the log of the server
 * and by /readyz until it is over. With `beforeExports` the newest one does while nothing but exports came since: who
 * asks for evidence again and again, which is an export, has no new one made each time.
 */
export async function makeCheckpoint(app: App, { beforeExports = false } = {}): Promise<SignedCheckpoint> {
  try {
    const made = await signWhatGrew(app, beforeExports);
    app.signing.refusal = undefined;
    app.signing.signed = { made, at: app.clock().getTime() };
    return made;
  } catch (error) {
    if (error instanceof AppError && error.code === 'log_inconsistent') {
      app.signing.refusal = error.message;
      // In words of this house and numbers of entries only.
      app.log.error({ code: error.code, detail: error.message }, 'no checkpoint is signed');
    }
    throw error;
  }
}

/** So long one that was made does for whoever only asks to see the newest. */
const doesForMs = 60_000;

/**
 * The newest checkpoint, a minute old at most: each one made is a file that stays, and whoever may read the log may ask for
 * it after every change. While none is signed it is tried each time, and refused.
 */
export async function recentCheckpoint(app: App): Promise<SignedCheckpoint> {
  const { signed, refusal } = app.signing;
  const isRecent = signed !== undefined && Math.abs(app.clock().getTime() - signed.at) < doesForMs;
  return isRecent && refusal === undefined ? signed.made : makeCheckpoint(app);
}

async function signWhatGrew(app: App, beforeExports: boolean): Promise<SignedCheckpoint> {
  const { signing, vault, database } = app;
  const identity = await readIdentity(database.read);
  if (!identity) throw inconsistent('the database does not say whose log it is');
  const foreign = foreignIdentityWords(identity, vault.signsAs);
  if (foreign) throw inconsistent(foreign);
  // Read before the head: the log only grows.
  const { written } = signing;
  await readLog(app);
  const { newest, stored } = await knownStates({ ...app, db: database.read }, identity);
  const head = await readHead(database.read);
  requireAsLong(newest, head);
  requireAfter(written, head);
  const growth = { known: newest, head, proven: signing.proven, tagOf: vault.tag };
  signing.proven = await proveGrowth(database.read, growth);
  await witnessTags(app, identity.origin);
  if (stored && (stored.size === head.size || (beforeExports && (await onlyExportsSince(app, stored.size))))) {
    const known = { ...identity, size: stored.size, checkpoint: stored.note };
    writeCheckpointFile(app, known);
    return known;
  }
  const note = signedNote(app, identity, head.size, rootOf(sha256, head));
  await store(app, head.size, note);
  const made = { ...identity, size: head.size, checkpoint: note };
  writeCheckpointFile(app, made);
  return made;
}

async function onlyExportsSince({ database }: App, size: number): Promise<boolean> {
  const other = await database.read
    .selectFrom('audit_entry')
    .select('idx')
    .where('idx', '>=', size)
    .where('action', '<>', 'export.completed')
    .limit(1)
    .executeTakeFirst();
  return other === undefined;
}

/** Files outside the database say that tags have begun, so that nobody can have them begin a second time. */
async function witnessTags(app: App, origin: string): Promise<void> {
  const { config, database } = app;
  const begun = await firstBegun(database.read);
  try {
    if (begun) writeTagsWitness(config, { origin, from: begun.idx });
  } catch (error) {
    reportFailure(app, error);
  }
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

/**
 * A file that holds a checkpoint stays as it is: if it says something else, it is the witness. One that holds none, as a
 * power cut or a bad disk leaves it, is put aside. Failures are only logged.
 */
function writeCheckpointFile(app: App, { size, checkpoint, publicKey }: SignedCheckpoint): void {
  const folder = checkpointFolder(app);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, checkpointName(size));
    setUnreadableAside(file);
    writeOnce(file, checkpoint);
    writeOnce(join(folder, 'public-key.txt'), `${publicKey}\n`);
  } catch (error) {
    reportFailure(app, error);
  }
}

function writeOnce(file: string, text: string): void {
  try {
    if (!existsSync(file)) writeWhole(file, text);
  } catch (error) {
    // Another server of this folder was faster.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
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
      const isTold = error instanceof AppError && error.code === 'log_inconsistent';
      if (!isTold) reportFailure(app, error);
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
      if (erased || size - signed >= every) inBackground(app, 'checkpoint', make);
    },
    hourly: make,
    stop: make,
  };
}
