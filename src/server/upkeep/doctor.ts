import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OutputOf } from '../../contract/endpoint.ts';
import type { checkConsistency as checkEndpoint } from '../../contract/jobs.ts';
import { compareSchema } from '../../db/compare-schema.ts';
import { findDamage } from '../../db/embedded-file.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import { isLate } from '../../domain/expiry-age.ts';
import { judgeLog } from '../audit/judge-log.ts';
import { strayCheckpoints } from '../audit/kept-checkpoints.ts';
import { readIdentity } from '../audit/log-source.ts';
import { otherNames } from '../audit/other-names.ts';
import { compareState, type StateDifference } from '../audit/state/compare-state.ts';
import type { App } from '../context.ts';
import { erasureDiagnoses } from '../erasure/diagnose.ts';
import { asAppError } from '../http/problem.ts';
import { checkConsistency } from '../jobs/consistency.ts';
import { lastExpiryRun } from '../jobs/expiry-age.ts';
import { findDisagreements } from '../jobs/find-disagreements.ts';
import { readConsistencyCheck } from '../jobs/job-queries.ts';
import { localContext } from '../local-context.ts';
import { systemActor } from '../people/actors.ts';
import { isToBeSetUp } from '../people/is-to-be-set-up.ts';
import { type BrokenSealFound, findBrokenSeals } from '../seals/find-broken-seals.ts';
import { isSealed } from '../seals/seal.ts';
import { clockState, clockWarnings } from './clock-state.ts';
import { findUntold, type Untold } from './find-untold.ts';
import { ageDays, clearLeftovers, findLeftovers, oldMasterKeys } from './leftovers.ts';
import { newestOf, nightlyBackups } from './nightly-folder.ts';
import { serveLockFile } from './serve-lock.ts';
import { spaceTrouble } from './space.ts';

/** One thing looked at. `detail` says what is wrong and what to do, or that it is well. */
export type Diagnosis = { name: string; ok: boolean; detail: string };

/**
 * Looks whether everything is as it should be; with `mending`, mends what can be mended without losing anything. Looks
 * before it writes: where the schema or the log is not as it should be, nothing is mended and nothing is recorded.
 */
export async function examine(app: App, mending: boolean): Promise<Diagnosis[]> {
  const looked = lookingIn(app);
  const first = [
    ...(await looked('database', () => fileDiagnosis(app))),
    ...(await looked('schema', () => schemaDiagnoses(app))),
    ...(await looked('log', () => logDiagnoses(app))),
  ];
  const rights = await looked('rights', () => untoldDiagnoses(app));
  const records = await looked('records', () => stateDiagnoses(app));
  // Mending makes entries of what rows say: of none that the log does not tell of.
  const mayWrite = [...first, ...rights, ...records].every(({ ok }) => ok);
  const mends = mending && mayWrite;
  return [
    ...first,
    ...(await looked('space', () => spaceDiagnoses(app))),
    ...(await looked('checkpoints', async () => checkpointDiagnoses(app))),
    ...(await looked('secrets', async () => secretsDiagnosis(app, mends))),
    ...(await looked('seals', () => sealDiagnoses(app))),
    ...rights,
    ...records,
    ...(await looked('backups', () => backupDiagnoses(app))),
    ...(await looked('leftovers', async () => leftoversDiagnosis(app, mends))),
    ...oldKeysDiagnosis(app),
    ...(await looked('clock', () => clockDiagnosis(app))),
    ...(await looked('expiry', () => expiryDiagnosis(app))),
    ...(await looked('erased content', () => erasureDiagnoses(app))),
    ...(await looked('consistency', () => (mayWrite ? consistencyDiagnoses(app, mends) : agreementDiagnoses(app)))),
  ];
}

/** Where the settings name a folder for them: is one there that is not too old? */
async function backupDiagnoses({ config: { backupDir, backupKeep }, database, clock }: App): Promise<Diagnosis[]> {
  if (backupDir === undefined) return [];
  const origin = (await readIdentity(database.read))?.origin ?? '';
  const now = clock();
  const backups = nightlyBackups(backupDir, origin, now);
  const newest = newestOf(backups, now);
  const ok = newest !== undefined && !isLate(newest, now);
  const found = newest ? `${backups.length} of ${backupKeep}, the newest of ${newest.at}` : `none in ${backupDir}`;
  const next = ': is the server running, and what does its log say of the nightly backup?';
  return [{ name: 'backups', ok, detail: ok ? found : `${found}${next}` }];
}

/** Only where there is too little. */
async function spaceDiagnoses(app: App): Promise<Diagnosis[]> {
  const detail = await spaceTrouble(app);
  return detail === undefined ? [] : [{ name: 'space', ok: false, detail }];
}

/** What cannot be looked at is a finding like any other, in words; where something broke stands in the log. */
function lookingIn(app: App) {
  return async (name: string, look: () => Promise<Diagnosis | Diagnosis[]>): Promise<Diagnosis[]> => {
    try {
      return [await look()].flat();
    } catch (error) {
      const { code, message } = asAppError(error);
      const isBug = code === 'internal';
      if (isBug) app.reportBug(error, { requestId: '', method: 'DOCTOR', path: name, code });
      const why = isBug ? 'something broke; the log line says where' : message;
      return [{ name, ok: false, detail: `could not be looked at: ${why}` }];
    }
  };
}

/** Every table, column, index, constraint and trigger. */
async function schemaDiagnoses({ database }: App): Promise<Diagnosis[]> {
  const differences = await compareSchema(database);
  if (differences.length === 0) return [{ name: 'schema', ok: true, detail: 'as Keybook makes it' }];
  return differences.map((what) => ({
    name: 'schema',
    ok: false,
    detail: `${what}. Stop the server, find out who changed it, and restore a backup.`,
  }));
}

/** The whole log, its tags, the checkpoints that lie as files, and whether it is called what it always was. */
async function logDiagnoses(app: App): Promise<Diagnosis[]> {
  const { ok, size, tags, checkpointsVerified, problems } = await judgeLog(app, {
    tagOf: app.vault.tag,
    ownKey: app.vault.signsAs,
  });
  const detail = `${size} entries and ${checkpointsVerified} checkpoints, ${tags?.checked ?? 0} tags`;
  const wrong = [...problems.map((problem) => problem.detail), ...(await otherNames(app))];
  if (ok && wrong.length === 0) return [{ name: 'log', ok, detail }];
  return wrong.map((what) => ({
    name: 'log',
    ok: false,
    detail: `${what}. Stop the server, keep a copy of the database, and restore a backup.`,
  }));
}

/** Only where a file that should be a checkpoint is none: it proves nothing. */
function checkpointDiagnoses({ config, vault }: App): Diagnosis[] {
  const strays = strayCheckpoints(config, vault.signsAs);
  if (strays.length === 0) return [];
  const named = strays.slice(0, mostNamed).join(', ');
  const more = strays.length > mostNamed ? ` and ${strays.length - mostNamed} more` : '';
  const detail = `no checkpoint that was signed here, or not of the size it is called by: ${named}${more}. Put a copy back if you have one; else move it away.`;
  return [{ name: 'checkpoints', ok: false, detail }];
}

/** The same as the check for consistency, without a word of it in the log. */
async function agreementDiagnoses({ database }: App): Promise<Diagnosis[]> {
  const found = await findDisagreements(database.read);
  const left = found.map(({ detail }) => ({ name: 'consistency', ok: false, detail }));
  const unsaid = 'nothing was mended and nothing recorded, because of what is said above';
  return [...left, { name: 'consistency', ok: found.length === 0, detail: unsaid }];
}

const mostNamed = 20;

/** Rows that decide who may do what, and that somebody else wrote. Nothing mends them: what is right only people know. */
async function sealDiagnoses(app: App): Promise<Diagnosis[]> {
  const found: BrokenSealFound[] = [];
  for await (const one of findBrokenSeals(app)) {
    found.push(one);
    if (found.length > mostNamed) break;
  }
  if (found.length === 0)
    return [{ name: 'seals', ok: true, detail: 'users, sessions, tokens and settings are as written' }];
  const named = found.slice(0, mostNamed).map(({ table, id, what }) => `${table} ${id} ${sealWords[what]}`);
  if (found.length > mostNamed) named.push('there are more such rows');
  return named.map((detail) => ({ name: 'seals', ok: false, detail }));
}

/** Rows that say whose a key, unit, license or assignment is, whether a key is in use, what a customer is called, or who has a key, and that somebody else wrote. */
async function untoldDiagnoses(app: App): Promise<Diagnosis[]> {
  const named: string[] = [];
  for await (const { table, id } of findUntold(app)) {
    named.push(`${table} ${id} ${untoldWords[table]}`);
    if (named.length > mostNamed) break;
  }
  if (named.length === 0)
    return [
      { name: 'rights', ok: true, detail: 'keys, units, licenses, assignments and customers are whose the log tells' },
    ];
  if (named.length > mostNamed) named.splice(mostNamed, 1, 'there are more such rows');
  return named.map((detail) => ({ name: 'rights', ok: false, detail }));
}

const untoldWords: Record<Untold['table'], string> = {
  customer: 'has another name than the audit log tells: it was changed outside Keybook. Put back what the log tells',
  assignment:
    'was made or changed outside Keybook: the audit log does not tell of it, or not as of that customer, and it reveals nothing. Put back what the log tells, or remove it',
  key: 'has another customer than the audit log tells, is out of use or not otherwise than it tells, or is found by another text than its own: it was changed outside Keybook. Put back what was there',
  license:
    'has another customer than the audit log tells, or was deleted by it: it was changed outside Keybook. Put back what was there',
  equipment:
    'has another customer, name, serial number or asset tag than the audit log tells: it was changed outside Keybook. Put back what the log tells',
};

/** Every field of every record against the log. */
async function stateDiagnoses(app: App): Promise<Diagnosis[]> {
  const named: string[] = [];
  for await (const difference of compareState(app)) {
    named.push(differenceWords(difference));
    if (named.length > mostNamed) break;
  }
  if (named.length === 0) return [{ name: 'records', ok: true, detail: 'every field is as the log tells' }];
  if (named.length > mostNamed) named.splice(mostNamed, 1, 'there are more such fields');
  return named.map((detail) => ({ name: 'records', ok: false, detail }));
}

function differenceWords({ table, id, idx, ...what }: StateDifference): string {
  const advice = 'It was changed outside Keybook: put back what the log tells, or restore a backup';
  const entry = idx === undefined ? '' : ` (entry ${idx})`;
  if ('fact' in what) {
    const [row, log] = [shownValue(what.row), shownValue(what.log)];
    return `${table} ${id}: ${what.fact} is ${row}, and by the log ${log}${entry}. ${advice}`;
  }
  const words = {
    row: 'is in the database, and the log tells of none',
    log: `is not in the database, and the log tells of it${entry}`,
    unreadable: `cannot be read: a column holds what Keybook never writes${entry}`,
  };
  return `${table} ${id} ${words[what.only]}. ${advice}`;
}

const longestShown = 80;

function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

const sealWords: Record<BrokenSealFound['what'], string> = {
  gone: 'is gone: the audit log tells of its making, and somebody deleted it outside Keybook. Restore a backup',
  row: 'was changed or made outside Keybook: it opens nothing. Put back what the audit log tells of it, or restore a backup',
  factors:
    'has a second factor, recovery codes or identities made, changed or removed outside Keybook: it opens nothing. Restore a backup',
  older:
    'is of another state: its last change is not the one that the audit log tells. Put back what was there, or restore a backup',
};

async function fileDiagnosis({ database }: App): Promise<Diagnosis> {
  const damage = await findDamage(database, true);
  if (damage.length === 0) return { name: 'database', ok: true, detail: 'no damage found' };
  return { name: 'database', ok: false, detail: `damaged: ${damage.join('; ')}. Restore a backup.` };
}

/** Files that hold secrets are for the server's own user alone. */
function secretsDiagnosis({ config }: App, mending: boolean): Diagnosis {
  const open = secretPaths(config.dataDir, config.masterKeyFile).filter((path) => (statSync(path).mode & 0o077) !== 0);
  if (mending) for (const path of open) chmodSync(path, statSync(path).mode & 0o700);
  const left = mending ? [] : open;
  const detail =
    left.length > 0 ? `others may read ${left.join(', ')}: keybook doctor --fix` : 'only this user can read them';
  return { name: 'secrets', ok: left.length === 0, detail };
}

function secretPaths(dataDir: string, masterKeyFile: string): string[] {
  const folder = join(dataDir, 'secrets');
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  // A key file elsewhere has been put there by somebody who decides for himself who may read its folder.
  const own = dirname(masterKeyFile) === folder ? [] : [masterKeyFile];
  return [...(existsSync(folder) ? [folder] : []), ...files, ...own].filter((path) => existsSync(path));
}

/** Whole copies with keys in them, of commands that were killed. */
function leftoversDiagnosis({ config }: App, mending: boolean): Diagnosis {
  const name = 'leftovers';
  const lock = config.databaseUrl ? undefined : takeFileLock(serveLockFile(config));
  try {
    const found = mending ? clearLeftovers(config, lock !== undefined) : findLeftovers(config, lock !== undefined);
    if (found.length === 0) return { name, ok: true, detail: 'no killed command left files behind' };
    if (mending) return { name, ok: true, detail: `deleted: ${found.join(', ')}` };
    const advice = 'keybook doctor --fix, or the next start, deletes them';
    return { name, ok: false, detail: `left by commands that were killed: ${found.join(', ')}: ${advice}` };
  } finally {
    lock?.release();
  }
}

/** Only whoever keeps the backups knows whether an old master key is still needed. */
function oldKeysDiagnosis({ config, clock }: App): Diagnosis[] {
  const keys = oldMasterKeys(config).map((path) => `${path} (${ageDays(path, clock())} days)`);
  if (keys.length === 0) return [];
  const advice = 'backups made before need them; delete each when those are gone';
  return [{ name: 'old master keys', ok: true, detail: `${keys.join(', ')}: ${advice}` }];
}

async function clockDiagnosis(app: App): Promise<Diagnosis> {
  const warnings = clockWarnings(await clockState(app));
  return { name: 'clock', ok: warnings.length === 0, detail: warnings.join('; ') || 'fits the log' };
}

async function expiryDiagnosis(app: App): Promise<Diagnosis> {
  const run = await lastExpiryRun(app);
  if (!run) return { name: 'expiry', ok: true, detail: 'has not run yet' };
  const ok = !isLate(run, app.clock());
  return { name: 'expiry', ok, detail: `last run ${run.at}${ok ? '' : ': is the server running?'}` };
}

type Finding = OutputOf<typeof checkEndpoint>['findings'][number];

async function consistencyDiagnoses(app: App, mending: boolean): Promise<Diagnosis[]> {
  const settings = await app.database.read.selectFrom('settings').selectAll().executeTakeFirst();
  if (!settings && (await isToBeSetUp(app)))
    return [{ name: 'consistency', ok: true, detail: 'Keybook is not set up yet' }];
  if (!settings || !isSealed(app, 'settings', settings, { id: 1 }))
    return [{ name: 'consistency', ok: false, detail: 'not looked at while the settings are not as written' }];
  const { id } = await checkConsistency(app, { mending, actor: systemActor('local') });
  const { findings } = await readConsistencyCheck(await localContext(app), id);
  if (findings.length === 0) return [{ name: 'consistency', ok: true, detail: 'keys and assignments agree' }];
  return findings.map(diagnosisOf);
}

function diagnosisOf({ mended, detail }: Finding): Diagnosis {
  return { name: 'consistency', ok: mended, detail: mended ? `mended: ${detail}` : `${detail} (keybook doctor --fix)` };
}
