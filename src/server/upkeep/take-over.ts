import { compareSchema } from '../../db/compare-schema.ts';
import { findDamage, findOrphans } from '../../db/embedded-file.ts';
import { databaseFault, isDatabaseError } from '../../db/faults.ts';
import { migrate, migrationStatus } from '../../db/migrate.ts';
import type { Database } from '../../db/open.ts';
import type { TagOf } from '../../domain/audit/tag-checks.ts';
import type { AppError } from '../../domain/errors.ts';
import { openApp } from '../app.ts';
import { believeUntagged, type UntaggedLog } from '../audit/believe-untagged.ts';
import { keptCheckpoints, renamedWords } from '../audit/kept-checkpoints.ts';
import { readIdentity, verifyDatabase } from '../audit/log-source.ts';
import { peopleToldFrom } from '../audit/people-told.ts';
import { firstBegun } from '../audit/prove-growth.ts';
import { foreignIdentityWords } from '../audit/signing.ts';
import type { Config } from '../config.ts';
import type { App } from '../context.ts';
import { findDisagreements } from '../jobs/find-disagreements.ts';
import type { Log } from '../log.ts';
import { findBrokenSeals } from '../seals/find-broken-seals.ts';
import { isBeforeSeals } from '../secrets/begin-seals.ts';
import { readMasterKey, readSigningKey } from '../secrets/master-key.ts';
import { isEmptied } from '../secrets/new-log.ts';
import { adoptBackup } from '../secrets/rotate.ts';
import { requireSureClock } from './clock-state.ts';
import { renewSeals } from './renew-seals.ts';
import { unfit } from './unfit.ts';

/** `fromBeforeTags` is the operator's word that the state is of a version that knew no tags and seals. */
export type TakeOverOrder = { config: Config; log: Log; acceptClock: boolean; fromBeforeTags: boolean; now: Date };

/**
 * The state that was taken over. `missing` are the entries, first and last, that a checkpoint kept here knows and this
 * state has not; `findings` is what disagreed in it; `tags` says from which entry on its log has them, and `beforeTags`,
 * where they begin only now, what was taken on the operator's word.
 */
export type TakenOver = {
  size: number;
  missing: [number, number] | undefined;
  findings: string[];
  tags: { origin: string; from: number } | undefined;
  beforeTags: BeforeTags | undefined;
  sessions: number;
  tokens: number;
};

/** A state without tags: how many of its entries are signed, and the people it lets in, `signed` where no later entry made them so. */
export type BeforeTags = {
  size: number;
  signed: number;
  people: { email: string; role: string; scope: string; signed: boolean }[];
};

/**
 * Takes over an earlier state of the database, to go on from it. It must be whole, of a schema as Keybook makes it, fit the
 * master key, and its audit log must be as signed, nobody else may have said who may do what, and without a `manifest`
 * nothing in it may disagree. One without tags and seals is believed where `believeUntagged` says so. Then everything that
 * was sealed or tagged gets that anew (`renewSeals`).
 */
export async function takeOver(
  database: Database,
  { config, log, now, acceptClock, fromBeforeTags }: TakeOverOrder,
  manifest: boolean,
): Promise<TakenOver> {
  try {
    await requireWhole(database);
    await requireOurs(database);
    await migrate(database);
    await requireOwnSchema(database);
    if (!acceptClock) await requireSureClock(database, now, 'restore with --accept-clock.');
    await adoptBackup(database, config);
    // The key that the master key opens: what the database says of itself, a writer of it may have changed.
    const publicKey = await readSigningKey(database.admin, readMasterKey(config.masterKeyFile).key);
    await requireLogOfPeople(database);
    const findings = await judgeState(database, manifest);
    // A log without tags is judged before they begin in it, any other by its tags as well.
    const untagged = (await isBeforeSeals(database.read))
      ? await compareLog(config, database, { publicKey })
      : undefined;
    const asked = { refuse: unfitLog, restores: { onWord: fromBeforeTags } };
    const ofBackup = untagged && (await believeUntagged({ config, database }, untagged, asked));
    const app = await openApp({ config, database, log, clock: () => now, beginning: { ofBackup } });
    const { tag } = app.vault;
    const compared = untagged ?? (await compareLog(config, database, { publicKey, tagOf: tag }));
    await requireOwnSeals(app);
    const judged = untagged ? await verifyDatabase(database, { tagOf: tag }) : compared;
    const ended = await renewSeals(app, judged, told(compared, { manifest, beforeTags: untagged !== undefined }));
    const { size, missing } = compared;
    const beforeTags = untagged && (await describeUntagged(database, untagged));
    return { size, missing, findings, tags: await tagsOf(database), beforeTags, ...ended };
  } catch (error) {
    const fault = databaseFault(error)?.kind;
    if (fault === 'damaged' || (fault === undefined && isDatabaseError(error))) throw unfit('it is damaged');
    throw error;
  }
}

/** Pages that are damaged, indexes that do not fit their tables, rows that point to nothing. */
async function requireWhole(database: Database): Promise<void> {
  const damage = [...(await findDamage(database, true)), ...(await findOrphans(database))];
  if (damage.length > 0) throw unfit(`it is damaged (${few(damage)})`);
}

async function requireOurs(database: Database): Promise<void> {
  const { applied } = await migrationStatus(database);
  if (applied.length === 0) throw unfit('it is no database of Keybook');
}

/** People and settings were made with entries, whatever the database says of its version. */
async function requireLogOfPeople(database: Database): Promise<void> {
  if (await isEmptied(database)) throw unfitLog('it has no entry, and the database has people or settings');
}

/** A trigger or a missing index would undo, from within, what Keybook promises of every later write. */
async function requireOwnSchema(database: Database): Promise<void> {
  const differences = await compareSchema(database);
  if (differences.length > 0) throw unfit(`its schema was changed (${few(differences)})`);
}

/** Who may do what was written by a server with this master key, and by nobody else. Sessions end with the restore. */
async function requireOwnSeals(app: App): Promise<void> {
  const broken: string[] = [];
  for await (const { table, id } of findBrokenSeals(app))
    if (table !== 'session' && table !== 'setup_token') broken.push(`${table} ${id}`);
  if (broken.length > 0) throw unfit(`somebody changed who may do what (${few(broken)})`);
}

/**
 * What disagrees in the backup. A manifest says that this was so when it was made: then it is told, and `doctor` mends it.
 * Without one, somebody may have changed the file since.
 */
async function judgeState({ read }: Database, manifest: boolean): Promise<string[]> {
  const findings = (await findDisagreements(read)).map(({ detail, keyId }) => `${keyId}: ${detail}`);
  if (findings.length > 0 && !manifest) throw unfit(`what it holds disagrees (${few(findings)})`);
  return findings;
}

function few(findings: string[]): string {
  const shown = findings.slice(0, 3).join('; ');
  return findings.length > 3 ? `${shown}; and ${findings.length - 3} more` : shown;
}

type Comparison = UntaggedLog & { missing: [number, number] | undefined; newest: string | undefined };

/** Compares the backup's log with the checkpoints kept outside it: older is told, another log is refused. */
async function compareLog(
  config: Config,
  database: Database,
  { publicKey, tagOf }: { publicKey: Uint8Array; tagOf?: TagOf },
): Promise<Comparison> {
  const identity = await readIdentity(database.read);
  const kept = keptCheckpoints(config, publicKey);
  const wrong = foreignIdentityWords(identity, publicKey) ?? renamedWords(kept, identity?.origin);
  if (wrong) throw unfitLog(wrong);
  const head = await database.read.selectFrom('audit_head').select('size').executeTakeFirst();
  const size = head?.size ?? 0;
  const outside = kept.filter((checkpoint) => checkpoint.size <= size).map(({ note }) => note);
  const { ok, root, firstBad, latestCheckpoint } = await verifyDatabase(database, { outside, tagOf });
  if (!ok) throw unfitLog(firstBad?.problem ?? 'it is damaged');
  const newest = kept.at(-1);
  const missing: [number, number] | undefined = newest && newest.size > size ? [size, newest.size - 1] : undefined;
  return { size, root, signed: latestCheckpoint?.size ?? 0, missing, newest: newest?.note };
}

function unfitLog(why: string): AppError {
  return unfit(`its audit log is not what was signed: ${why}`);
}

/** What the entry of the restore tells of it. */
function told(
  { size, signed, missing, newest }: Comparison,
  { manifest, beforeTags }: { manifest: boolean; beforeTags: boolean },
): Record<string, unknown> {
  const gap = missing && { missingFrom: missing[0], missingTo: missing[1] };
  const word = beforeTags && { beforeTags, signed };
  return { size, manifest, ...word, ...gap, ...(newest && { newestCheckpoint: newest }) };
}

/** Those who sign in again, for the operator to see whether a stranger is among them. */
async function describeUntagged({ read }: Database, { size, signed }: UntaggedLog): Promise<BeforeTags> {
  const people = await read
    .selectFrom('user')
    .select(['id', 'email', 'role', 'scope'])
    .where('kind', '=', 'person')
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .execute();
  const unsigned = await peopleToldFrom(read, signed);
  return { size, signed, people: people.map(({ id, ...person }) => ({ ...person, signed: !unsigned.has(id) })) };
}

/** From which entry on the log of a database has tags, and whose log it is. */
async function tagsOf({ read }: Database): Promise<{ origin: string; from: number } | undefined> {
  const [identity, begun] = [await readIdentity(read), await firstBegun(read)];
  return identity && begun && { origin: identity.origin, from: begun.idx };
}
